# shellcheck shell=bash
# Odd inputs: empty, of another format than named, a folder, a pipe, a link to
# nowhere, names that are no UTF-8, floats that are no numbers.
. "$E2E/lib.bash"
need oiiotool
p() { "$PORTAL" process --quiet --look natural "$@"; echo "= $?"; }
"$PICTURE" a.png 30 20

: >empty.tif && p empty.tif -o out/empty.tif
cp a.png named.jpg && p named.jpg -o out
"$PORTAL" info out/named.jpg | grep format
mkdir folder.png && p folder.png -o out
mkfifo pipe.png && p pipe.png -o out
ln -s nowhere.png link.png && p link.png -o out
ln -s a.png good.png && p good.png -o out
p missing.png -o out
p -- -a.png -o out

name=$(printf 'caf\351.png')
cp a.png "$name" && p "$name" -o out
[ -e "out/$name" ] && echo there
printf 'caf\351' >"$(printf 'bad\377.png')" && p "$(printf 'bad\377.png')" -o out
cp a.png "$(printf 'line\nbreak.png')" && p "$(printf 'line\nbreak.png')" -o out
cp a.png 'a b;$(x)&.png' && p 'a b;$(x)&.png' -o out
esc=$(printf 'red\033[31m.png')
echo "not a picture" >"$esc" && p "$esc" -o out

# One page of several is made, and said to be.
oiiotool a.png a.png --siappend -o two.tif
"$PORTAL" process two.tif -o out --look natural --json |
    grep -o '"what":"pages"[^}]*'
p two.tif -o out --page all
"$PORTAL" process "$name" -o plan -n --look natural | sed 's/, about.*//'
tree out | cat -v
