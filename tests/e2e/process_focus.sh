# shellcheck shell=bash
# --focus-pixel: what is at a pixel of the picture as it is shown is sharp. Sky
# above, 20 m on the left, 4 m on the right.
. "$E2E/lib.bash"
need oiiotool exiftool python3
"$PICTURE" a.png 96 72
python3 - <<'PYTHON'
import struct
rows = [[0] * 96] * 24 + [[20000] * 48 + [4000] * 48] * 48
with open("a_depth.pgm", "wb") as f:
    f.write(b"P5\n96 72\n65535\n")
    for row in rows:
        f.write(struct.pack(">96H", *row))
PYTHON
oiiotool a_depth.pgm -o a_depth.png
p() {
    "$PORTAL" process a.png -o out.png --conflict overwrite --quiet \
        --depth-encoding millimetres --depth_of_field.radius=0.05 "$@"
}
focus() {
    p --json --focus-pixel "$1" | grep -o '"why":"[^"]* at [^"]*"'
}
focus 10,60
focus 90,60
focus 47.4,71
focus 48,71
focus 25%,100%
focus 0,0
p --focus-pixel 90,60
pixels out.png >pixel
p --set depth_of_field.focus=4
pixels out.png | cmp - pixel && echo same
p --focus-pixel 96,0
p --focus-pixel 40%
p --focus-pixel 1,1 --depth none
echo "= $?"
# The right of what is stored is below when it is shown.
exiftool -q -overwrite_original -n -Orientation=6 a.png
focus 10,90
focus 10,10
focus 71,10
p --focus-pixel 72,0
"$PORTAL" process a.png -o out.png --conflict overwrite --focus-pixel 1,1
