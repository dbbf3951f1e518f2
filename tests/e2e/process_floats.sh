# shellcheck shell=bash
# NaN and infinities in float pictures: copied untouched when nothing is done,
# and black or white in an output of integers.
. "$E2E/lib.bash"
need python3 oiiotool
python3 - <<'END'
import struct
w = h = 8
nan, inf = float("nan"), float("inf")
odd = [nan, inf, -inf, 1e38, -1e38, 0.0, 0.5, 1.0]
data = b"".join(struct.pack("<f", odd[(x + y) % 8])
                for y in range(h) for x in range(w) for c in range(3))
tags = [(256, 3, 1, w), (257, 3, 1, h), (258, 3, 3, 134), (259, 3, 1, 1),
        (262, 3, 1, 2), (273, 4, 1, 146), (277, 3, 1, 3), (278, 3, 1, h),
        (279, 4, 1, len(data)), (339, 3, 3, 140)]
head = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags))
for tag in tags:
    head += struct.pack("<HHII", *tag)
head += struct.pack("<I", 0)
head = head.ljust(134, b"\0") + struct.pack("<6H", 32, 32, 32, 3, 3, 3)
open("a.tif", "wb").write(head.ljust(146, b"\0") + data)
END
p() { "$PORTAL" process --quiet "$@" || echo "= $?"; }
p a.tif -o same.tif --look neutral
[ "$(pixels a.tif)" = "$(pixels same.tif)" ] && echo "the same bits"
p a.tif -o a.exr
p a.exr -o b.exr
[ "$(pixels a.exr)" = "$(pixels b.exr)" ] && echo "the same bits"
for look in natural signature vivid; do
    p a.tif -o $look.tif --look $look --conflict overwrite
    p a.tif -o $look.png --look $look --bits 16
done
p a.tif -o a.png --bits 16
oiiotool --dumpdata a.png | grep 'Pixel (., 0)' | sed 's/ *Pixel/Pixel/'
