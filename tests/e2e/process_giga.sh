# shellcheck shell=bash
# A gigapixel that is mostly a hole: planned within 600 MB, read at its far end.
command -v python3 >/dev/null || { echo "python3 is not installed" >&2; exit 77; }

# name, tile side or 0 for strips
make() {
    python3 - "$@" <<'PY'
import struct, sys
name, tile, side = sys.argv[1], int(sys.argv[2]), 32768
rows = tile or 16
across = side // tile if tile else 1
count, unit = side // rows * across, rows * (tile or side) * 6
places = [(322, 3, 1, tile), (323, 3, 1, tile), (324, 16, count, None),
          (325, 16, count, None)] if tile else [
              (273, 16, count, None), (278, 3, 1, rows), (279, 16, count, None)]
tags = sorted([(256, 4, 1, side), (257, 4, 1, side),
               (258, 3, 3, 16 * (1 | 1 << 16 | 1 << 32)), (262, 3, 1, 2),
               (277, 3, 1, 3)] + places)
lists = 16 + 8 + 20 * len(tags) + 8
data = lists + 16 * count
with open(name, "wb") as f:
    f.write(struct.pack("<2sHHHQQ", b"II", 43, 8, 0, 16, len(tags)))
    at = lists
    for tag, kind, n, value in tags:
        if value is None:
            value, at = at, at + 8 * count
        f.write(struct.pack("<HHQQ", tag, kind, n, value))
    f.write(bytes(8))
    f.write(struct.pack("<%dQ" % count, *(data + i * unit for i in range(count))))
    f.write(struct.pack("<%dQ" % count, *[unit] * count))
    f.truncate(data + count * unit)
    f.seek(-6, 2)
    f.write(struct.pack("<3H", 65535, 257, 514))
PY
}
for tile in 0 256 512; do
    make giga.tif $tile
    "$PORTAL" process giga.tif -o out.tif --look signature --dry-run --json \
        --threads 2 >plan.json || echo "= $?"
    python3 -c '
import json
j = json.loads(open("plan.json").readline())
print(j["predicted_memory"] <= 600 << 20)'
    "$PORTAL" process giga.tif -o corner.tif --quiet --conflict overwrite \
        --crop.x=32764 --crop.y=32764 --crop.width=4 --crop.height=4
    python3 -c '
data = open("corner.tif", "rb").read()
print(b"\xff\xff\x01\x01\x02\x02" in data)'
done
