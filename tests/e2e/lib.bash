# shellcheck shell=bash
# What several cases share: . "$E2E/lib.bash"

# Ends the case as skipped unless the programs are there.
need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null && continue
        echo "needs $program" >&2
        exit 77
    done
}

# The pixels of a file, as a program nobody here wrote sees them.
pixels() {
    oiiotool --hash "$1" | grep -o 'SHA-1: .*'
}

# Tags of all kinds and a colour profile.
describe() {
    exiftool -q -q -overwrite_original -Artist=Somebody -Copyright='(c) x' \
        -DateTimeOriginal='2020:01:02 03:04:05' -LensModel=50mm \
        -GPSLatitude=48.1 -GPSLatitudeRef=N \
        -GPSLongitude=11.5 -GPSLongitudeRef=E \
        -XMP-dc:Title=Title -XMP-xmp:Rating=4 \
        -IPTC:Keywords=one -IPTC:City=Ulm \
        '-icc_profile<=/usr/share/color/icc/compatibleWithAdobeRGB1998.icc' \
        -XResolution=240 -YResolution=240 -ResolutionUnit=inches "$@"
}

# Names below a folder, one a line; a temporary file that was left shows.
tree() {
    (cd "$1" && find . -mindepth 1 | LC_ALL=C sort)
}
