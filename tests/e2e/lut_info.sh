# shellcheck shell=bash
# What portal lut info says of tables, in words, numbers and a picture.
. "$E2E/lib.bash"
need awk
cat >small.cube <<'CUBE'
TITLE "small"
LUT_3D_SIZE 2
0 0 0
1 0 0
0 1 0
1 1 0
0 0 .9
1 0 .9
0 1 .9
1 1 .9
CUBE
"$PORTAL" lut info small.cube
"$PORTAL" lut info small.cube --json --plot plot.png |
    sed -E 's/(\.[0-9]{4})[0-9]+/\1/'
"$PORTAL" info plot.png | head -n 3
# Red falls near white; the domain is not 0 to 1.
awk 'BEGIN {
    print "Version 1\nFrom -0.5 1.5\nLength 201\nComponents 1\n{"
    for (i = 0; i <= 200; i++) print i < 190 ? i / 200 : 0.95 - (i - 190) / 100
    print "}"
}' >falls.spi1d
"$PORTAL" lut info falls.spi1d
cat >steps.clf <<'CLF'
<ProcessList id="a" compCLFversion="3.0" name="three steps">
  <Log inBitDepth="32f" outBitDepth="32f" style="log2"/>
  <Matrix inBitDepth="32f" outBitDepth="32f">
    <Array dim="3 3">.9 .1 0 0 1 0 0 0 1</Array></Matrix>
  <Log inBitDepth="32f" outBitDepth="32f" style="antiLog2"/>
</ProcessList>
CLF
"$PORTAL" lut info steps.clf | head -n 4
echo 'hello' >hello.txt
echo '<ProcessList id="a" compCLFversion="3.0"><Bump/></ProcessList>' >bump.clf
"$PORTAL" lut info
"$PORTAL" lut info missing.cube
"$PORTAL" lut info hello.txt
"$PORTAL" lut info bump.clf
"$PORTAL" lut inof small.cube
