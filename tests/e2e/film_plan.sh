# shellcheck shell=bash
# What a film would become, parts of it, rates, sequences, stills.
. "$E2E/film.bash"
footage shots
count() { ffprobe -v error -count_frames -select_streams v:0 -show_entries \
    stream=nb_read_frames,r_frame_rate -of csv=p=0 "$1"; }
clip a.mov -c:v prores -pix_fmt yuv422p10le
ff -framerate 28 -i shots/%04d.tif -c:v libx264 -pix_fmt yuv420p odd.mp4
"$PORTAL" process a.mov -o b.mp4 --look natural --dry-run |
    sed 's/at most .*MB/at most N MB/; s/up to .*MB/up to N MB/'
ls b.mp4 2>&1
"$PORTAL" process a.mov -o b.mov --look natural --preview-frames 7 -q && count b.mov
"$PORTAL" process a.mov -o c.mov --start 0.2 --duration 0.4 -q && count c.mov
"$PORTAL" process odd.mp4 -o odd.mov -q && count odd.mov
"$PORTAL" process odd.mp4 -o odd2.mov --fps keep -q && count odd2.mov
"$PORTAL" process odd.mp4 -o odd3.mov --fps 14 -q && count odd3.mov
"$PORTAL" process a.mov --to null --look natural -q; echo "null: $?"
"$PORTAL" process a.mov -o 'seq/f.####.tif' --bits 16 -q; echo "sequence: $?"
tree seq | sed -n '1p;$p'
"$PORTAL" process 'seq/f.####.tif' -o 'sum/f.####.tif' --json -q >sum.json
grep -o '"bytes":[0-9]*' sum.json | cut -d: -f2 | cmp - <(cat seq/* | wc -c; cat sum/* | wc -c) &&
    echo "bytes of all files"
"$PORTAL" process 'seq/f.####.tif' -o 'two/g.####.exr' --frames 1-9x4 -q && tree two
"$PORTAL" process 'seq/f.####.tif' -o seq.mov --fps 24 -q && count seq.mov
"$PORTAL" process a.mov -o still.png --start 0.4 -q &&
    "$PORTAL" info still.png | head -n 5
echo "any number of threads gives the same frames"
look=(--temporal-denoise.luma=3 --grain.amount=0.3 --halation.amount=0.4)
"$PORTAL" process a.mov -o one.mkv --vcodec ffv1 "${look[@]}" -j 1 -q
"$PORTAL" process a.mov -o two.mkv --vcodec ffv1 "${look[@]}" -j 3 -q
cmp <(frames one.mkv) <(frames two.mkv) && echo same
"$PORTAL" info a.mov | grep -v bit_rate | grep -v bytes
"$PORTAL" process a.mov -o hdr.mov --vcodec hevc --look hdr_master -q
ffprobe -v error -show_streams hdr.mov |
    awk -F= '/^max_(content|average)/ { print $1, ($2 > 20 && $2 < 400) }'
echo "odd sizes lose their last column and row where the encoder wants it"
clip rgb.mkv -vf crop=159:89 -c:v ffv1 -pix_fmt gbrp10le
size() { ffprobe -v error -show_entries stream=width,height,pix_fmt,color_range \
    -of csv=p=0 "$1"; }
"$PORTAL" process rgb.mkv -o even.mp4 --crf 0 --json -q |
    grep -o '158 x 88 without[^"]*'
"$PORTAL" process rgb.mkv -o odd.mkv --vcodec ffv1 --pix-fmt yuv420p -q
size even.mp4 && size odd.mkv
luma() { ffmpeg -nostdin -v error -i "$1" -vf "extractplanes=y,crop=158:88:0:0" -f md5 -; }
cmp <(luma even.mp4) <(luma odd.mkv) && echo "the other pixels are the same"
