# shellcheck shell=bash
# Files that may not be read and folders that may not be written to: a reason,
# and the others are done. Root may do everything, so nobody does it.
. "$E2E/lib.bash"
mkdir in closed && for i in 1 2 3; do "$PICTURE" in/$i.png 30 20; done
chmod 000 in/2.png
chmod 555 closed
user=()
if [ "$(id -u)" = 0 ]; then
    need setpriv
    user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    chown -R 65534:65534 .
    chmod 755 . ..
    "${user[@]}" "$PORTAL" version >/dev/null 2>&1 ||
        { echo "needs a program that nobody may run" >&2; exit 77; }
fi
p() { "${user[@]}" "$PORTAL" process --quiet --look natural "$@"; echo "= $?"; }
p in -o out
tree out
p in/1.png -o closed
p in/1.png -o closed/deep/1.png
tree closed
chmod 755 closed
