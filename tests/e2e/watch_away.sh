# shellcheck shell=bash
# Folders go away and come back: nothing is removed or made twice, and nothing
# is put where the output folder was.
. "$E2E/lib.bash"
. "$E2E/watch.bash"
mkdir in
"$PICTURE" in/1.png 30 20
"$PICTURE" in/2.png 30 20
PORTAL_NO_INOTIFY=${1:-} start
await is_count done 2
mv in away
await said "folder 'in' is gone"
tree out
cp away/1.png away/3.png
mv away in
await said "folder 'in' is back"
await is_count done 3
await is_idle

mv out away
await said "output folder 'out' is gone"
cp in/1.png in/4.png
for _ in {1..20}; do [ -e out ] && echo "it was made anew"; sleep 0.1; done
mv away out
await said "output folder 'out' is back"
await is_count done 4
await is_idle
count kept
count failed
stop INT
tree out
sort err
