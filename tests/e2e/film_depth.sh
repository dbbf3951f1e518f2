# shellcheck shell=bash
# Rendered depth of frames: among their channels, in a sequence beside them or
# named, for a film's file; and what is missing.
. "$E2E/film.bash"
need oiiotool
for i in 1 2 3 4; do
    "$SCENE" exterior -o k --size 160x90 --move "0.${i}5,0,0.${i}9" >/dev/null
    mv k.exr shot.$i.exr
    mv k.tif c$i.tif
    oiiotool shot.$i.exr --ch R,G,B -o plain.$i.exr
    oiiotool shot.$i.exr --ch Z -o z.$i.exr
    oiiotool k_depth.png --invert -o turned.$i.png
    mv k_depth.png plain_Z.$i.png
done
metric=(--depth_of_field.focus=6 --exposure.ev=0.5 '--exposure.mask=depth(..8m)')
run() { "$PORTAL" process "$@" --conflict overwrite --quiet; }
same() { cmp <(pixels "$1") <(pixels "$2") && echo "$1"; }
still() { # of frame $1, must be $2
    run "$1" -o still.tif "${@:3}" && same "$2" still.tif
}
run shot.#.exr -o m.#.tif "${metric[@]}"
for i in 1 2 3 4; do still shot.$i.exr m.$i.tif "${metric[@]}"; done
run plain.#.exr -o z.#.tif "${metric[@]}" --depth z.%d.exr
still plain.3.exr z.3.tif "${metric[@]}" --depth z.3.exr
run shot.#.exr -o e.#.tif --look exterior -j 1
run shot.#.exr -o f.#.tif --look exterior -j 3
same e.4.tif f.4.tif
still shot.1.exr e.1.tif --look exterior
run plain.#.exr -o p.#.tif --look exterior
run plain.#.exr -o t.#.tif --look exterior --depth turned.#.png
for i in 1 4; do oiiotool --diff --warn 1e-3 --fail 1e-3 p.$i.tif t.$i.tif | tail -n 1; done
"$PORTAL" process plain.#.exr -n --look exterior --depth turned.#.png -o p.#.tif |
    grep depth
ff -framerate 25 -i c%d.tif -c:v ffv1 -pix_fmt gbrp16le clip.mkv
run clip.mkv -o out.mkv "${metric[@]}" --depth z.#.exr --start 0.04 --vcodec ffv1 --assume srgb
ff -i out.mkv -pix_fmt rgb48be out%d.png
ff -i clip.mkv -pix_fmt rgb48be in%d.png
run in4.png -o still.png "${metric[@]}" --depth z.4.exr --assume srgb
same out3.png still.png
rm z.4.exr plain_Z.3.png
cp plain.3.exr shot.3.exr
run clip.mkv -o none.mkv "${metric[@]}" --depth z.#.exr
run clip.mkv -o none.mkv "${metric[@]}" --depth z.1.exr
run plain.#.exr -o n.#.tif --look exterior
run shot.#.exr -o n.#.tif --look exterior
run plain.#.exr -o n.#.tif --look exterior --depth none
tree . | grep "^./n"
