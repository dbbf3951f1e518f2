# shellcheck shell=bash
# File systems are unmounted while they are watched and written to; their bare
# mount points are neither taken for empty folders nor filled.
. "$E2E/watch.bash"
if [ "${1:-}" != inside ]; then
    unshare -rm true 2>/dev/null ||
        { echo "needs namespaces of users" >&2; exit 77; }
    exec unshare -rm bash "$0" inside
fi
mkdir in out
mount -t tmpfs a in
mount -t tmpfs b out
"$PICTURE" in/1.png 30 20
start
await is_count done 1
await is_idle
umount -l in
await said "folder 'in' is gone"
mount -t tmpfs a in
"$PICTURE" in/2.png 30 20
await said "folder 'in' is back"
await is_count done 2
umount -l out
await said "output folder 'out' is gone"
"$PICTURE" in/3.png 30 20
for _ in {1..20}; do [ -z "$(ls -A out)" ] || echo "it was filled"; sleep 0.1; done
mount -t tmpfs b out
"$PICTURE" x.png 30 20
"$PORTAL" process in/2.png x.png -o out --quiet # has a journal
await said "output folder 'out' is back"
await is_count done 3
await is_idle
count failed
stop INT
sort err
ls out
