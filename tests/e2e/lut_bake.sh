# shellcheck shell=bash
# A look as a table: what it says, and that pictures through it are those of the
# look, within what it says.
. "$E2E/lib.bash"
need compare identify
worst() { # the largest difference of two pictures, of 65535, at most this one
    local most
    most=$(compare -metric AE -fuzz "$3" "$1" "$2" null: 2>&1)
    [ "$most" = 0 ] && echo "within $3" || echo "$most pixels beyond $3"
}
numbers() { # only how large they are
    sed -E 's/[0-9.]+(e-[0-9]+)? \([^)]*\)|[0-9]+\.[0-9]+(e-[0-9]+)?/N/g; s/, at .*//'
}
"$PICTURE" a.png 64 48
"$PORTAL" lut bake --contrast.amount=0.4 --saturation.amount=0.2 -o c.cube --size 65 |
    numbers
head -n 3 c.cube
"$PORTAL" process -q a.png -o look.png --contrast.amount=0.4 --saturation.amount=0.2
"$PORTAL" lut apply c.cube a.png -o table.png -- -q
worst look.png table.png 0.3%
# Other spaces, other forms, what a picture holds beyond white.
"$PORTAL" lut bake natural --skip --space p3 -o n.clf --json | tr -d ' \n' |
    numbers
echo
"$PORTAL" lut bake natural --skip --space p3 -o n.png | tail -n 1
identify -format '%w x %h, %z bits\n' n.png
"$PORTAL" lut bake --exposure.ev=-3 --space linear --shaper -o e.cube | head -n 1
head -n 5 e.cube
"$PORTAL" process -q a.png -o dark.png --exposure.ev=-3
"$PORTAL" lut apply e.cube a.png -o dark2.png --space linear -- -q
worst dark.png dark2.png 0.3%
"$PORTAL" lut bake moody -o m.cube
"$PORTAL" lut bake --lut3d.file=c.cube -o ./c.cube
"$PORTAL" lut bake -o m.cube
"$PORTAL" lut bake mody -o m.cube
"$PORTAL" lut bake neutral -o m.3dl
"$PORTAL" lut bake neutral
"$PORTAL" lut bake neutral -o m.png --size 33
"$PORTAL" lut bake neutral -o m.png --shaper
"$PORTAL" lut bake neutral -o m.cube --size 1
"$PORTAL" lut bake neutral -o m.cube --space p4
ls
