# shellcheck shell=bash
# The manual pages have nothing that mandoc would complain about.
command -v mandoc >/dev/null || { echo "no mandoc" >&2; exit 77; }
"$PORTAL" help | sed -n '/^Commands:/,/^$/p' | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' >names
"$PORTAL" help --man >page && mandoc -Tlint page
while read -r name; do
    "$PORTAL" help --man "$name" >page || exit
    mandoc -Tlint page
done <names
"$PORTAL" help --man | mandoc -Tascii | head -n 5 | tail -n 2
