# shellcheck shell=bash
# The depth of a picture that is still to come is no picture; it goes where its
# picture goes.
. "$E2E/lib.bash"
. "$E2E/watch.bash"
need python3
mkdir in
"$PICTURE" a.png 60 40
python3 - <<'PYTHON'
import struct, zlib

def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))

rows = b"".join(b"\0" + struct.pack(">60H", *[600 * y + 40 * x
    for x in range(60)]) for y in range(40))
with open("depth.png", "wb") as f:
    f.write(b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", 60, 40, 16, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
PYTHON
cp depth.png in/a_depth.png
start --depth_clarity.amount=0.5 --done away
await is_idle
cp a.png in/.a.png
mv in/.a.png in/a.png
await test -e away/a_depth.png
cp depth.png in/a_depth.png
cp a.png in/a.png
await test -e away/a-2_depth.png
await is_idle
count done
count kept
grep -o '"depth":"[^"]*"' log | sort -u
stop INT
tree away
tree in
tree out
