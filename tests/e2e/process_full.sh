# shellcheck shell=bash
# A full disk and a limit on the size of files: a reason, nothing left over,
# and what was there before stays.
. "$E2E/lib.bash"
"$PICTURE" a.png 400 300 && "$PICTURE" small.png 20 10
p() { "$PORTAL" process --quiet --threads 1 --bits float --format tiff "$@"; echo "= $?"; }
mkdir limited
(ulimit -f 512; p a.png small.png -o limited --compression none)
tree limited

[ "$(id -u)" = 0 ] && command -v unshare >/dev/null &&
    unshare -m true 2>/dev/null || { echo "needs unshare -m" >&2; exit 77; }
export -f p tree
unshare -m bash -c '
    mkdir full && mount -t tmpfs -o size=1m tmpfs full || exit 77
    p small.png -o full/old.tif && cp full/old.tif before.tif
    p a.png small.png -o full --compression none
    p a.png -o full/old.tif --compression none --conflict overwrite
    cmp full/old.tif before.tif && echo "as before"
    tree full' || { echo "needs to mount a tmpfs" >&2; exit 77; }
