# shellcheck shell=bash
# Tables from any form into those that are written, exactly or with what it costs.
. "$E2E/lib.bash"
need awk
tiny() { # how small numbers are rounded is the machine's business
    sed -E 's/[0-9.]+e-0[5-9]/TINY/g; s/TINY \(.* of 255\)/TINY/g; s/, at [0-9. ]+$//; s/0\.000[0-9]+/TINY/g'
}
awk 'BEGIN {
    print "CSPLUTV100\n3D\n\n3\n0 1 16\n0 .5 1\n3\n0 1 16\n0 .5 1\n3\n0 1 16\n0 .5 1\n\n3 3 3"
    for (i = 0; i < 27; i++) print (i % 3) / 4, int(i / 3) % 3 / 2, int(i / 9) / 2
}' >wide.csp
awk 'BEGIN {
    for (i = 0; i < 729; i++) print int(i / 81) * 5, int(i / 9) % 9 * 10, i % 9 * 120 + 60
}' >nine.3dl
echo 'Version 1
From 0 2
Length 3
Components 3
{
0 0 0
.5 .6 .7
1 1 1.25
}' >three.spi1d
"$PORTAL" lut convert nine.3dl nine.cube --title 'nine nodes'
head -n 4 nine.cube
"$PORTAL" lut convert nine.cube -o nine.clf --json | tr -d ' \n'
echo
"$PORTAL" lut diff nine.3dl nine.clf
# Curves in front stay in front; their points are not evenly spaced here.
"$PORTAL" lut convert wide.csp wide.cube 2>&1 | tiny
head -n 5 wide.cube
"$PORTAL" lut convert three.spi1d three.cube
cat three.cube
"$PORTAL" lut convert three.spi1d three.clf --size 5 2>&1 | tiny
grep -c . three.clf
# A Hald CLUT is of n^2 nodes, of 16 bits, and over 0 to 1.
"$PORTAL" lut convert nine.3dl nine.png 2>&1 | tiny
"$PORTAL" lut convert wide.csp wide.png 2>&1 | head -n 1
"$PORTAL" lut convert nine.3dl up.cube --size 17 2>&1 | head -n 1
"$PORTAL" lut info up.cube | head -n 1
"$PORTAL" lut convert nine.3dl nine.3dl
"$PORTAL" lut convert nine.3dl
"$PORTAL" lut convert nine.cube ./nine.cube
"$PORTAL" lut info nine.cube --plot nine.cube
"$PORTAL" lut info nine.png --plot nine.png
"$PORTAL" lut diff nine.3dl nine.cube
# Curves are compared between their points, too: a power bends most at black.
echo '<ProcessList id="a" compCLFversion="3.0"><Exponent inBitDepth="32f"
outBitDepth="32f" style="basicRev"><ExponentParams exponent="2.2"/></Exponent>
</ProcessList>' >power.clf
"$PORTAL" lut convert power.clf power.cube 2>&1 | tiny
"$PORTAL" lut convert nine.3dl big.cube --size 300
"$PORTAL" lut convert nine.3dl one.cube --size 1
"$PORTAL" lut convert missing.3dl x.cube
tree .
