# shellcheck shell=bash
# What portal lut info says of a table.
cat >small.cube <<'CUBE'
TITLE "small"
LUT_3D_SIZE 2
0 0 0
1 0 0
0 1 0
1 1 0
0 0 1
1 0 1
0 1 1
1 1 1
CUBE
"$PORTAL" lut info small.cube
"$PORTAL" lut info small.cube --json
"$PORTAL" lut info
"$PORTAL" lut info missing.cube
"$PORTAL" lut inof small.cube
