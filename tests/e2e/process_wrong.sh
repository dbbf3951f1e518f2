# shellcheck shell=bash
# What cannot be is refused before any work, with exit 2.
touch a.tif
try() { "$PORTAL" process "$@"; echo $?; }
try
try a.tif --page 0
try a.tif --memory 1k
try a.tif --keep exif,all,nothing
try a.tif --conflict replace
try a.tif --format gif
try a.tif --strip-rowz 3
try a.tif --exposure.ev=99
try a.tif --set exposure.ev
try a.tif --look nosuchlook
try a.tif --no-page
try a.tif -o ''
try a.tif --suffix /../b
ls
