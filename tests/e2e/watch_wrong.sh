# shellcheck shell=bash
# What a watch cannot be is refused before any work; the end of one that had
# failures, and one that is stopped twice.
. "$E2E/watch.bash"
mkdir in other
"$PICTURE" in/1.png 30 20
try() { timeout 20 "$PORTAL" process "$@"; echo $?; }
try in --watch
try in --watch -o out.png
try in/1.png --watch -o out
try nothing --watch -o out
try in --watch -o in/out
try in --watch -o out --dry-run
try in --watch -o out --shard 1/2
try in --watch -o out --trace t.json
try in --watch -o out --conflict unique
try in --watch -o out --done in
try in --watch -o out --done .
try in --watch -o out --failed out/failed
try in other -o out --done done
try in --watch -o out --settle 5000
try in ./in/. --watch -o out
ls
echo "a note" >in/bad.png
start
await is_count failed 1
await is_idle
stop INT
rm -r in out
mkdir in
"$PICTURE" in/large.png 6000 5000
start --look signature --threads 1
await eval '[ -n "$(find out -name ".large*")" ]'
kill -INT $watch
sleep 0.3 # two at once would be one
stop INT
find out -name '.large*'
