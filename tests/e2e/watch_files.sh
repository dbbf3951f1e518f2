# shellcheck shell=bash
# Files that are there and that come are made, those that are not final are
# not; a stopped watch has ended well; a restart makes nothing twice, and a
# replaced input anew.
. "$E2E/lib.bash"
. "$E2E/watch.bash"
mkdir -p in/sub
"$PICTURE" in/1.png 30 20
"$PICTURE" in/sub/2.png 30 20
start --recursive
await is_count done 2
cp in/1.png in/.hidden.png
cp in/1.png in/3.png.part
cp in/1.png in/4.tmp
echo "a note" >in/note.txt
: >in/empty.png
mkdir in/new
cp in/1.png in/new/5.png
await is_count done 3
mv in/3.png.part in/3.png
await is_count done 4
await is_idle
stop INT
tree out

start --recursive
await is_count kept 4
"$PICTURE" in/3.png 40 20
await is_count done 1
await is_idle
stop TERM
grep '"status":"done"' log | grep -o '"input":"[^"]*"'
count failed
"$PORTAL" info out/3.png | grep width
