# shellcheck shell=bash
# --look neutral gives back the same pixels, the same profile, and the same
# metadata but for what says where and how the pixels lie in the file.
. "$E2E/lib.bash"
need convert tiffcp exiftool oiiotool
[ -e /usr/share/color/icc/compatibleWithAdobeRGB1998.icc ] ||
    { echo "needs icc-profiles-free" >&2; exit 77; }

"$PICTURE" a.png 90 61
mkdir in && cp a.png in/16.png && convert a.png -depth 8 in/8.png
convert a.png -compress LZW a16.tif
convert a.png -depth 8 -compress none a8.tif
tiffcp -c lzw:2 a16.tif in/16_lzw.tif
tiffcp -c none -r 7 a16.tif in/16_none.tif
tiffcp -c zip:2 a16.tif in/16_deflate.tif
tiffcp -c lzw:2 -t -w 32 -l 16 a16.tif in/16_tiled.tif
convert a16.tif -interlace plane -compress zip in/16_planar.tif
tiffcp -c lzw:2 -B a16.tif in/16_big_endian.tif
tiffcp -c packbits a8.tif in/8_packbits.tif
tiffcp -c lzw:2 a8.tif in/8_lzw.tif
tiffcp -c zip -p separate -B a8.tif in/8_planar_big_endian.tif
convert a16.tif -alpha set -channel A -evaluate set 40% in/16_alpha.tif
convert a16.tif -colorspace gray in/16_grey.tif
oiiotool a.png -d float --compression lzw -o in/float.tif
describe in/*.png in/*.tif
tiffcp -c none -8 in/16_lzw.tif in/16_bigtiff.tif # exiftool does not write it
oiiotool a.png -d half --attrib owner me --compression zip -o in/half.exr
oiiotool a.png -d float --tile 32 32 --compression piz -o in/float_tiled.exr

# Where and how the pixels lie: docs/numerics.md, "Neutral means neutral".
placed='FillOrder|StripOffsets|StripByteCounts|RowsPerStrip'
placed+='|TileOffsets|TileByteCounts|ExifByteOrder'

"$PORTAL" process in -o out --look neutral --quiet || exit
for folder in in out; do
    oiiotool --hash $folder/* | grep -o 'SHA-1: .*' >$folder.pixels
    exiftool -q -a -u -G1 -s --System:all --ExifTool:all \
        -w facts_$folder/%f.%e -r $folder
    exiftool -q -icc_profile -b -w icc_$folder/%f.%e -r $folder 2>/dev/null
done
paste <(ls in) in.pixels out.pixels | while IFS=$'\t' read -r name a b; do
    result=same
    [ "$a" = "$b" ] || result='other pixels'
    [ -s "facts_in/$name" ] || result+=', no metadata'
    cmp -s "icc_in/$name" "icc_out/$name" ||
        [[ $name = *.exr ]] || result+=', other profile'
    diff <(sort "facts_in/$name") <(sort "facts_out/$name") | grep '^[<>]' |
        grep -vE "\] +($placed) " && result+=', other metadata'
    echo "$name: $result"
done
