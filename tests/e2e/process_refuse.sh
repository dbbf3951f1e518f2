# shellcheck shell=bash
# Outputs that would be inputs, or that only case tells apart; --conflict.
. "$E2E/lib.bash"
p() { "$PORTAL" process --quiet --look natural "$@"; echo "= $?"; }
mkdir -p in/sub
"$PICTURE" in/a.png 30 20 && cp in/a.png in/A.png && cp in/a.png in/sub/b.png

echo "equal, inside, around"
p in -o in
p in -o ./in/../in/
p in -o in/new
p in/sub -o in
p . -o in
ln -s in link && p in -o link/deep
p in/a.png -o in/a.png
p in/a.png -o in/./a.png --conflict overwrite
p in/a.png in/sub/b.png -o c.png

echo "upper and lower case"
p in -o out
tree out
p in -o both --conflict unique
tree both

echo "conflicts"
p in/sub -o c --conflict skip && cp c/b.png old.png
p in/sub -o c --conflict skip --exposure.ev=2
cmp c/b.png old.png && echo "left alone"
p in/sub -o c --conflict overwrite --exposure.ev=2
cmp -s c/b.png old.png || echo "replaced"
p in/sub -o c --conflict unique && tree c

echo "named twice"
p in/sub ./in/sub/../sub/b.png in/sub/b.png -o once && tree once

echo "beside the inputs, once more"
mkdir beside && cp in/a.png beside/a.png && cp in/a.png beside/b.png
p beside && p beside && p beside/*.png && tree beside
p beside/a.png beside/a_portal.png --conflict overwrite

echo "one picture of a batch, by another look"
p beside/a.png in/sub -o d && cp d/b.png old.png
p in/sub -o d --exposure.ev=2
cmp -s d/b.png old.png || echo "made again"
