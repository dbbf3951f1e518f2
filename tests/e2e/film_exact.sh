# shellcheck shell=bash
# What changes nothing changes no bit, a table on footage is the table on its
# frames, FFmpeg's float table agrees, and a part has the grain of the whole.
. "$E2E/film.bash"
footage shots
for format in gbrp16le gbrp10le gbrp yuv420p10le yuv422p yuv444p12le yuva444p10le; do
    clip "$format.mkv" -c:v ffv1 -pix_fmt "$format"
    "$PORTAL" process "$format.mkv" -o "out/$format.mkv" --look neutral \
        --vcodec ffv1 --quiet || exit
    cmp <(frames "$format.mkv") <(frames "out/$format.mkv") &&
        ffprobe -v error -show_entries stream=pix_fmt -of csv=p=0 \
            "out/$format.mkv"
done

echo "a table on footage and on its frames"
"$PORTAL" lut make print_2393 -o print.cube
clip rgb.mkv -c:v ffv1 -pix_fmt gbrp16le
ff -i rgb.mkv -pix_fmt rgb48be still%02d.png
"$PORTAL" process rgb.mkv -o graded.mkv --vcodec ffv1 --quiet \
    --lut3d.file=print.cube --assume srgb || exit
ff -i graded.mkv -pix_fmt rgb48be frame%02d.png
for i in 01 07 20; do
    "$PORTAL" process still$i.png -o still_graded.png --quiet --conflict overwrite \
        --assume srgb --lut3d.file=print.cube --lut3d.input=srgb || exit
    cmp <(pixels still_graded.png) <(pixels frame$i.png) && echo "frame $i"
done

echo "HLG: its code values go through a table, and its frames are as the film"
clip hlg.mkv -frames:v 1 -c:v ffv1 -pix_fmt gbrp16le -color_primaries bt2020 \
    -color_trc arib-std-b67
"$PORTAL" process hlg.mkv -o hlg.png --quiet || exit
lut=--lut3d.file=print.cube
for step in "$lut --lut3d.input=rec2020_hlg" --exposure.ev=-1; do
    for ext in mkv png; do
        # shellcheck disable=SC2086
        "$PORTAL" process hlg.$ext -o made.$ext --quiet --conflict overwrite $step \
            || exit
    done
    ff -i made.mkv -pix_fmt rgb48be film.png
    cmp <(pixels made.png) <(pixels film.png) && echo "$step"
done
"$PORTAL" process hlg.mkv -o auto.mkv --quiet $lut
"$PORTAL" lut apply print.cube hlg.mkv -o apply.mkv -- --quiet
"$PORTAL" lut apply print.cube hlg.mkv -o hlg2.mkv --space rec2020_hlg -- --quiet
cmp <(frames auto.mkv) <(frames apply.mkv) && cmp <(frames auto.mkv) <(frames hlg2.mkv) &&
    echo 'the same by apply'

echo "FFmpeg's float table, given floats: its way from 16 bits loses some"
ff -i rgb.mkv -f rawvideo -pix_fmt gbrp16le plain.raw
ff -i graded.mkv -f rawvideo -pix_fmt gbrp16le ours.raw
python3 - <<'PYTHON'
import array
a = array.array("H"); a.frombytes(open("plain.raw", "rb").read())
array.array("f", [x / 65535 for x in a]).tofile(open("floats.raw", "wb"))
PYTHON
ff -f rawvideo -pix_fmt gbrpf32le -s 160x90 -i floats.raw \
    -vf lut3d=print.cube:interp=tetrahedral -f rawvideo theirs.raw
python3 - <<'PYTHON'
import array
a = array.array("f"); a.frombytes(open("theirs.raw", "rb").read())
b = array.array("H"); b.frombytes(open("ours.raw", "rb").read())
worst = max(abs(min(max(x, 0), 1) - y / 65535) for x, y in zip(a, b))
print("within 1e-4" if len(a) == len(b) and worst < 1e-4 else worst)
PYTHON

grain() {
    "$PORTAL" process "$@" -q --set grain.amount=0.5
}
grain rgb.mkv -o a.mkv && grain rgb.mkv -o b.mkv --start 0.4 &&
    cmp <(frames a.mkv | tail -n +11) <(frames b.mkv) && frames b.mkv | wc -l
grain shots/%04d.tif -o a/%04d.tif && grain shots/%04d.tif -o b/%04d.tif --frames 7-19x4 &&
    cmp a/0011.tif b/0011.tif
tidy out
