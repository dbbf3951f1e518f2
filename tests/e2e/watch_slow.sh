# shellcheck shell=bash
# A slow writer is waited for: its file is taken once, and whole. With events
# it may stop for long while it has the file open; without, not beyond --settle,
# which is long enough here for a machine that is busy.
. "$E2E/watch.bash"
"$PICTURE" a.png 320 320
"$PORTAL" process a.png -o whole.tif --format tiff --compression none --quiet
size=$(stat -c %s whole.tif)
"$PORTAL" process whole.tif -o good.tif --look neutral --quiet
[ "$size" -gt 600000 ] || echo "only $size bytes"

# 100 KB/s, opened anew for each piece.
pieces() { # FILE
    local at
    for ((at = 0; at < size; at += 10000)); do
        tail -c +$((at + 1)) whole.tif | head -c 10000 >>"$1"
        sleep 0.1
    done
}

# Half, a rest longer than --settle, the other half; open all the while.
halves() { # FILE
    {
        head -c $((size / 2)) whole.tif
        sleep 3
        tail -c +$((size / 2 + 1)) whole.tif
    } >"$1"
}

check() { # FILE
    await is_idle
    count done
    count failed
    cmp whole.tif "in/$1" && cmp "out/$1" good.tif
}

mkdir in
start --settle 2
await is_idle
pieces in/a.tif
await is_count done 1
halves in/b.tif
await is_count done 2
check a.tif
check b.tif
stop INT
rm -r in out
mkdir in
PORTAL_NO_INOTIFY=1 start --settle 2
await is_idle
pieces in/a.tif
await is_count done 1
check a.tif
stop INT
