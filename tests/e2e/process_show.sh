# shellcheck shell=bash
# --show: a picture of what an operation sees, or a reason why there is none.
. "$E2E/lib.bash"
need oiiotool
"$SCENE" exterior -o s --size 96x64 --what exr >/dev/null || exit

try() { # operation, its steps
    local op=$1
    shift
    echo "$op"
    "$PORTAL" process s.exr -o as_is.png --bits 8 --conflict overwrite --quiet \
        "$@" || exit
    "$PORTAL" process s.exr -o shown.png --bits 8 --conflict overwrite --quiet \
        "$@" --show "$op" || exit
    cmp -s as_is.png shown.png && echo "  like the output"
    oiiotool --stats shown.png | sed -n 's/^.*\.png *: */  /p
        s/^ *Constant: Yes.*/  but all of it the same/p'
}
try zone_tone --zone_tone.zones=3 --zone_tone.exposure="0.5 0 -0.5"
try atmosphere --atmosphere.density=0.01
try depth_of_field --depth_of_field.focus=0.3 --depth_of_field.radius=0.02
try depth_denoise --depth_denoise.luma=0.5
try depth_clarity --depth_clarity.amount=0.4
try exposure --exposure.ev=1 --exposure.mask="depth(0.2..0.6, soft 0.1)"
try vignette --vignette.amount=-0.5 --vignette.mask=sky
try atmosphere --look exterior --vignette.amount=-0.5

# The last one of its name, and nothing behind it.
p() { "$PORTAL" process s.exr --bits 8 --conflict overwrite --quiet "$@"; }
p -o one.png --depth_clarity.amount=0.4 --show depth_clarity
p -o two.png --depth_clarity.amount=0.4 --exposure.ev=2 --show depth_clarity
cmp one.png two.png && echo "ends there"

r() { p -o refused.png "$@"; echo "= $?"; }
r --exposure.ev=1 --show exposure
r --exposure.ev=1 --show zone_ton
r --exposure.ev=1 --show nothing_like_it
r --exposure.ev=1 --show zone_tone
r --exposure.ev=0 --exposure.mask=sky --show exposure
r --look exterior --depth none --show depth_clarity
[ ! -e refused.png ] && echo "nothing was made"
