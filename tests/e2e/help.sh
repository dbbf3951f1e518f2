# shellcheck shell=bash
# Every command explains itself in both ways, within 80 columns.
"$PORTAL" help | sed -n '/^Commands:/,/^$/p' | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' >names
while read -r name; do
    "$PORTAL" help "$name" >a || exit
    "$PORTAL" "$name" --help >b || exit
    "$PORTAL" "$name" -h >c || exit
    cmp a b && cmp a c || exit
    grep -q '^usage: portal' a || echo "$name: no usage"
    LC_ALL=C.UTF-8 grep -nE '^.{81,}' a && echo "$name: a long line"
done <names
"$PORTAL" help looks | head -n 3
"$PORTAL" help hepl
