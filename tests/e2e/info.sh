# shellcheck shell=bash
# The facts of a file, for people and for programs; files with names of any kind.
"$PICTURE" a.png 20 10 || exit
"$PORTAL" info a.png | grep -v bytes
"$PORTAL" info --json a.png | grep -oE '"(format|width|height|samples|channels)":[^,]*'
mv a.png "$(printf 'caf\351 \033[1m.png')"
"$PORTAL" info --json ./*.png | head -c 24
echo
"$PORTAL" info ./*.png missing.png | wc -l
