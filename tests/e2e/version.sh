# shellcheck shell=bash
# The version has one form, however it is asked for.
"$PORTAL" version >a && "$PORTAL" --version >b && "$PORTAL" -V >c || exit
cmp a b && cmp a c || exit
sed 's/[0-9][0-9.]*$/N/' a
