# shellcheck shell=bash
# Files that may not be read and folders that may not be written to: a reason,
# and the others are done. Root may do everything, unless it gives that up.
. "$E2E/lib.bash"
mkdir in closed && for i in 1 2 3; do "$PICTURE" in/$i.png 30 20; done
chmod 000 in/2.png
chmod 555 closed
user=()
if [ "$(id -u)" = 0 ]; then
    need setpriv
    user=(setpriv "--bounding-set=-dac_override,-dac_read_search")
    "${user[@]}" "$PORTAL" version >/dev/null 2>&1 ||
        { echo "needs to give up capabilities" >&2; exit 77; }
fi
p() { "${user[@]}" "$PORTAL" process --quiet --look natural "$@"; echo "= $?"; }
p in -o out
tree out
mkdir in/lost && chmod 000 in/lost
p in -r -o rest
tree rest
p in/1.png -o closed
p in/1.png -o closed/deep/1.png
p in/1.png -o open --report closed/report.json
[ -e open ] && echo "made in vain"
tree closed
chmod 755 closed in/lost
