# shellcheck shell=bash
# Depth from a file beside the picture: written, measured, used by a mask, left
# out, missing, and not what it should be.
. "$E2E/lib.bash"
need oiiotool
"$PICTURE" a.png 96 72
"$PICTURE" b.png 96 72
oiiotool --pattern fill:top=1:bottom=0.1 96x72 1 -d uint16 -o a_depth.png
"$PORTAL" depth a.png -o out.exr --stats
echo "= $?"
oiiotool --info -v out.exr | grep channel
"$PORTAL" depth a.png --depth-encoding nearness --compare a_depth.png --json
"$PORTAL" depth a.png -o view.png --view turbo --overwrite >log
oiiotool --info view.png
"$PORTAL" process a.png -o far.png --exposure.ev=2 \
    '--exposure.mask=depth(0.5..)' --json |
    grep -o '"depth":"[^"]*"'
"$PORTAL" process b.png -o b_out.png --exposure.ev=2 --quiet \
    '--exposure.mask=depth(0.5..)'
echo "= $?"
"$PORTAL" process b.png -o b_out.png --exposure.ev=2 --quiet \
    '--exposure.mask=depth(0.5..)' --depth none
echo "= $?"
"$PORTAL" process b.png -o c.png --exposure.ev=2 --quiet \
    '--exposure.mask=depth(0.5..)' --depth layer:Z
"$PORTAL" process b.png -o c.png --exposure.ev=2 --quiet \
    '--exposure.mask=depth(0.5..)' --depth a.png
oiiotool --pattern constant:color=0.5 72x96 1 -d uint8 -o b_depth.tif
"$PORTAL" process b.png -o c.png --exposure.ev=2 --quiet \
    '--exposure.mask=depth(0.5..)'
oiiotool --pattern constant:color=0.5 96x72 1 -d uint8 -o b_depth.tif
"$PORTAL" process b.png -o c.png --exposure.ev=2 --quiet \
    '--exposure.mask=depth(0.5..)'
"$PORTAL" depth a.png
rm b_depth.tif
"$PORTAL" depth b.png --stats

# Neither the picture nor the depth that it came with is lost.
cp a.png kept.png
"$PORTAL" depth a.png -o ./a.png --overwrite >log
"$PORTAL" depth a.png -o . --overwrite >log
cmp a.png kept.png

# A map that is far larger than the picture.
oiiotool --pattern constant:color=0.5,0.4,0.3 4x2 3 -d uint8 -o icon.png
oiiotool --pattern fill:top=1:bottom=0.1 800x400 1 -d uint16 -o icon_depth.png
"$PORTAL" depth icon.png -o icon.exr | grep kind

# Z is the last of many channels, or in another part.
names=$(printf ',VRayReflection%02d.R' {1..30})
oiiotool --pattern fill:top=9:bottom=2 64x48 1 -d float \
    --ch 0"$(printf ",0%.0s" {1..33})" \
    --chnames "B$names,G,R,Z" -o many.exr \
    --ch B,G,R --chnames B,G,R many.exr --ch Z --siappend -o parts.exr
from() {
    "$PORTAL" depth "$@" -o many.png --overwrite --json | grep -o 'channel.*exr'
}
from many.exr
from parts.exr --depth layer:Z
from parts.exr --depth layer:
from many.exr --depth layer:VRayReflection17
from many.exr --depth layer:VRayReflection1x 2>&1 | cut -c1-90
