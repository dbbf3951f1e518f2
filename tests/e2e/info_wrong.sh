# shellcheck shell=bash
# Files that are no pictures: the reason for each, and exit 1.
echo hello >text.tif
: >empty.png
"$PORTAL" info text.tif; echo $?
"$PORTAL" info empty.png nothing.jpg .
echo $?
"$PORTAL" info
