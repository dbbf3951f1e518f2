# shellcheck shell=bash
# A model is fetched once, checked, gone on with, and removed.
. "$E2E/lib.bash"
need python3 sha256sum
mkdir www
weights www/model.safetensors 3000 1
echo '{"model_type": "depth_anything"}' >www/config.json
serve || exit
registry
home=$HOME/.local/share/portal/models

echo "-- nothing is fetched without being asked for"
"$PORTAL" models list | grep '^one'
"$PORTAL" models path one
"$PORTAL" models verify
cat log

echo "-- as it should be"
"$PORTAL" models pull one | steady
cmp www/model.safetensors "$("$PORTAL" models path one)"
tree "$home"
"$PORTAL" models list | grep '^one'
"$PORTAL" models verify one | steady

echo "-- a second time only looks"
: >log
"$PORTAL" models pull one --json | steady
cat log

echo "-- damage is seen and mended"
printf 'xxx' | dd of="$home/one/model.safetensors" conv=notrunc bs=1 seek=500 status=none
"$PORTAL" models verify one --json | steady
echo "= ${PIPESTATUS[0]}"
"$PORTAL" models pull one --json | steady
rm "$home/one/config.json"
"$PORTAL" models verify | steady
"$PORTAL" models list | grep '^one'
"$PORTAL" models path one
"$PORTAL" models pull one | steady

echo "-- removed"
"$PORTAL" models remove one
"$PORTAL" models remove one
tree "$home"
"$PORTAL" models remove two

echo "-- a bar, on a terminal only"
python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' "$PORTAL" models pull one |
    grep -ao ' 0%  0.0 of 0.0 MB\|: done' | sort | uniq -c
rm -r "$home"
"$PORTAL" models pull one | grep -c '%'
