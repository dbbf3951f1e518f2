# shellcheck shell=bash
# The aperture is a picture: found beside the look, changed, missing, none.
. "$E2E/lib.bash"
need oiiotool
"$PICTURE" a.png 96 72
oiiotool --pattern fill:top=1:bottom=0.1 96x72 1 -d uint16 -o a_depth.png
mkdir looks
oiiotool --create 40x40 3 --box:color=1,1,1:fill=1 4,12,35,27 -d uint8 \
    -o looks/bar.png
cat >looks/bar.yaml <<'YAML'
name: bar
steps:
  - depth_of_field: {shape: bar.png, radius: 0.05, aperture: 0.7, focus: 0.9}
YAML
p() { "$PORTAL" process --quiet a.png "$@" || echo "= $?"; }
p -o bar.png --look looks/bar.yaml
p -o disc.png --look looks/bar.yaml --set depth_of_field.shape=
[ "$(pixels bar.png)" != "$(pixels disc.png)" ] && echo another
p -o missing.png --depth_of_field.shape=nosuch.png
oiiotool --create 40x40 3 -d uint8 -o looks/bar.png
p -o dark.png --look looks/bar.yaml
oiiotool --create 4x40 3 -d uint8 -o looks/bar.png
p -o small.png --look looks/bar.yaml
echo text >looks/bar.png
p -o text.png --look looks/bar.yaml
ls ./*.png
