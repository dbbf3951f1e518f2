# shellcheck shell=bash
# How far two tables are apart; the code is 0 unless one cannot be read.
. "$E2E/lib.bash"
need awk
cube() { # side, what is added to blue where red is 1
    awk -v n="$1" -v d="$2" 'BEGIN {
        print "LUT_3D_SIZE", n
        for (b = 0; b < n; b++) for (g = 0; g < n; g++) for (r = 0; r < n; r++)
            print r / (n - 1), g / (n - 1), b / (n - 1) + (r == n - 1 ? d : 0)
    }'
}
cube 5 0 >a.cube
cube 9 0 >b.cube
cube 5 -0.25 >c.cube
"$PORTAL" lut diff a.cube b.cube
"$PORTAL" lut diff a.cube c.cube
echo "= $?"
"$PORTAL" lut diff a.cube c.cube --size 5 --json |
    sed -E 's/(\.[0-9]{4})[0-9]+/\1/' | tr -d ' \n'
echo
"$PORTAL" lut diff a.cube
"$PORTAL" lut diff a.cube missing.cube
"$PORTAL" lut diff a.cube c.cube --size 300
"$PORTAL" lut diff a.cube c.cube --size 100000
