# shellcheck shell=bash
# Pictures through a table: process with one step lut3d.
. "$E2E/lib.bash"
need oiiotool
"$PICTURE" a.png 40 30
"$PICTURE" b.png 20 10
echo 'LUT_1D_SIZE 2
1 1 1
0 0 0' >not.cube
"$PORTAL" lut apply not.cube a.png -o one.png -- -q
"$PORTAL" process -q a.png -o two.png --lut3d.file=not.cube
[ "$(pixels one.png)" = "$(pixels two.png)" ] && echo same
[ "$(pixels a.png)" = "$(pixels one.png)" ] || echo changed
"$PORTAL" lut apply not.cube one.png -o back.png -- -q
[ "$(pixels a.png)" = "$(pixels back.png)" ] && echo 'twice is not at all'
"$PORTAL" lut apply not.cube a.png -o none.png --lut3d.strength=0 -- -q
[ "$(pixels a.png)" = "$(pixels none.png)" ] && echo 'none of it'
"$PORTAL" lut apply not.cube a.png b.png -o out --json -- --format jpeg |
    grep -o '"status":"[a-z]*"'
tree out
"$PORTAL" lut apply not.cube a.png
"$PORTAL" lut apply not.cube
"$PORTAL" lut apply missing.cube a.png -o x.png
"$PORTAL" lut apply not.cube missing.png -o x.png
"$PORTAL" lut apply not.cube a.png -o x.png -- --colour
