# shellcheck shell=bash
# Depth comes with the pixels: no block of a file is decoded twice for it.
. "$E2E/lib.bash"
need oiiotool
"$SCENE" exterior -o s --size 300x200 --what beauty,exr >/dev/null || exit
oiiotool s.exr --ch R,G,B -o plain.exr
oiiotool s.exr --ch Z -o plain_depth.exr
oiiotool s.exr --ch R,G,B -o half.exr
oiiotool s.exr --ch Z --resize 150x100 -o half_depth.exr
cp s.tif tiff.tif
oiiotool s.exr --ch Z -d float -o tiff_depth.tif
p() { # input more...: of each file how many blocks, decoded how often
    "$PORTAL" process "$1" -o out.png --conflict overwrite --quiet \
        --bits 16 --trace trace "${@:2}" || exit
    echo "$*"
    sed -n 's/^{"name":"decode".*"strip":\([0-9]*\),"file":"\([^"]*\)".*/\2 \1/p' \
        trace | LC_ALL=C sort | uniq -c | awk '{ print "  " $2, $1 }' |
        uniq -c | awk '{ print "  " $2 ": " $1 " blocks, " $3 "x" }'
}
p s.exr --look exterior
cp out.png whole.png
p s.exr --look exterior --layer N
p plain.exr --look exterior
cmp out.png whole.png && echo "same pixels"
p half.exr --depth_clarity.amount=0.3
p tiff.tif --depth_clarity.amount=0.3
