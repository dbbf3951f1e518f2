# shellcheck shell=bash
# --conflict changed makes an output again only when something that decides it
# differs: the input, the look, an option, or a file that these name.
. "$E2E/lib.bash"
need python3 exiftool
"$PICTURE" a.png 30 20
python3 -c 'import os; os.setxattr("a.png", "user.test", b"1")' 2>/dev/null ||
    { echo "needs a file system with user attributes" >&2; exit 77; }
p() {
    touch -d 2001-01-01 out.png 2>/dev/null
    "$PORTAL" process --quiet a.png -o out.png --conflict changed "$@" || exit
    if [ "$(stat -c %Y out.png)" -lt 1000000000 ]; then echo kept; else echo made; fi
}
p --look natural
p --look natural
p --look vivid
p --look vivid --threads 2
p --look vivid --icc p3
"$PICTURE" a.png 31 20
p --look vivid --icc p3
p --look vivid --icc p3

d() { p --look neutral --depth_clarity.amount=0.4 "$@"; }
echo "depth beside"
ramp() { # file, height of the step
    python3 - "$@" <<'PYTHON'
import struct, sys, zlib
name, step = sys.argv[1], int(sys.argv[2])
rows = b"".join(b"\0" + bytes(min(255, step + 9 * y) for x in range(31))
                for y in range(20))
def part(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(
        ">I", zlib.crc32(kind + data))
open(name, "wb").write(b"\x89PNG\r\n\x1a\n" + part(
    b"IHDR", struct.pack(">IIBBBBB", 31, 20, 8, 0, 0, 0, 0)) + part(
    b"IDAT", zlib.compress(rows)) + part(b"IEND", b""))
PYTHON
}
ramp a_depth.png 10
d
d
ramp a_depth.png 40
d
d
d --depth_encoding nearness
ramp far.png 10
echo "--depth"
d --depth far.png
d --depth far.png
ramp far.png 40
d --depth far.png

echo "a table"
table() {
    printf 'LUT_1D_SIZE 2\n0 0 0\n%s 1 1\n' "$1" >a.cube
}
l() { p --look natural --lut3d.file=a.cube; }
table 1
l
l
table 0.5
l
l

echo "a profile"
cp /usr/share/color/icc/compatibleWithAdobeRGB1998.icc a.icc
i() { p --look natural --icc a.icc "$@"; }
i
i
"$PORTAL" process --quiet a.png -o p3.tif --icc p3 && exiftool -q -b -icc_profile p3.tif >a.icc
i
i
i --bits 8
