# shellcheck shell=bash
# What a look leaves of the tags: all but what the pixels made untrue.
. "$E2E/lib.bash"
need convert exiftool
[ -e /usr/share/color/icc/compatibleWithAdobeRGB1998.icc ] ||
    { echo "needs icc-profiles-free" >&2; exit 77; }
"$PICTURE" a.png 60 40
mkdir in && cp a.png in/a.png
convert a.png -compress LZW in/a.tif
convert a.png -quality 92 in/a.jpg
describe in/*
convert a.png -resize 16x16 thumb.jpg
exiftool -q -overwrite_original -Orientation#=6 '-ThumbnailImage<=thumb.jpg' in/a.jpg
"$PORTAL" process in -o out --look natural --quiet || exit
placed='FillOrder|StripOffsets|StripByteCounts|RowsPerStrip|ExifByteOrder'
for name in a.jpg a.png a.tif; do
    echo "$name"
    diff <(exiftool -a -u -G1 -s --System:all --ExifTool:all in/$name | sort) \
        <(exiftool -a -u -G1 -s --System:all --ExifTool:all out/$name | sort) |
        grep '^[<>]' | grep -vE "\] +($placed) " | sed 's/  */ /g'
done
