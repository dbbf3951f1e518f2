# shellcheck shell=bash
# The cache of a user who has none yet, one with damage, and its limit.
. "$E2E/lib.bash"
"$PORTAL" cache path
"$PORTAL" cache
"$PORTAL" cache stats --json
"$PORTAL" cache verify
"$PORTAL" cache clear
tree "$HOME"
mkdir -p here/portal/depth/ab
export XDG_CACHE_HOME=$PWD/here
echo junk >here/portal/depth/ab/abababababababababababababababab
echo mine >here/portal/depth/ab/notes
"$PORTAL" cache stats --json | sed 's/_use":[0-9]*/_use":N/g'
"$PORTAL" cache verify --json
echo "= $?"
"$PORTAL" cache verify
echo "= $?"
"$PORTAL" cache clear --json
tree here
PORTAL_CACHE_LIMIT=1M "$PORTAL" cache stats --json
PORTAL_CACHE_LIMIT=lots "$PORTAL" cache stats
env -u HOME -u XDG_CACHE_HOME "$PORTAL" cache
"$PORTAL" cache fill
