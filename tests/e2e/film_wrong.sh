# shellcheck shell=bash
# Films that are broken, and wishes that cannot be: clear words, the right code,
# nothing half made.
. "$E2E/film.bash"
footage shots
clip good.mkv -c:v ffv1 -pix_fmt yuv420p
head -c 20000 good.mkv >cut.mkv
head -c 300 good.mkv >head.mkv
ff -f lavfi -i sine=440:duration=0.2 -c:a aac sound.mp4
ff -f lavfi -i testsrc2=s=64x48:d=0.2:r=25 -c:v mjpeg -f mjpeg small.mjpeg
ff -f lavfi -i testsrc2=s=96x48:d=0.2:r=25 -c:v mjpeg -f mjpeg large.mjpeg
cat small.mjpeg large.mjpeg >both.mjpeg
ff -f mjpeg -i both.mjpeg -c copy both.avi
clip ictcp.mkv -c:v ffv1 -pix_fmt yuv444p10le -colorspace ictcp
run() {
    echo "= $*"
    "$PORTAL" process "$@" --quiet
    echo "exit $?"
    tidy .
}
run cut.mkv -o out/cut.mkv --look natural
run head.mkv -o out/head.mkv
run sound.mp4 -o out/sound.mp4
run both.avi -o out/both.avi --look natural
run ictcp.mkv -o out/ictcp.mkv --look natural
run good.mkv -o out/a.mp4 --vcodec ffv1
run good.mkv -o out/a.mkv --vcodec h266
run good.mkv -o out/a.mkv --vcodec h264 --preset fastt
run good.mkv -o out/a.wmv
run good.mkv -o -
run good.mkv -o out/a.mkv --frames 1-3
run good.mkv -o out --vcodec prores
run good.mkv -o out/a.mkv --vcodec ffv1 --pix-fmt yuv999p
run good.mkv -o out/a.mkv --fps 0
run good.mkv -o out/a.mkv --start 99
run good.mkv -o out/a.mkv --duration 0
run good.mkv -o out/a.mkv --bitrate fast
run good.mkv -o out/a.mkv --bitrate 2M --crf 20
run good.mkv -o out/a.mkv --icc prophoto
run good.mkv -o /dev/full/a.mkv
run shots/####.tif -o out/s.####.txt
run none.####.tif -o out/s.####.tif
ls out
