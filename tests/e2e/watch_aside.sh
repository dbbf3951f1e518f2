# shellcheck shell=bash
# Inputs go to --done or --failed when they are over, below the same folders,
# never over what is there; a failure leaves its reason.
. "$E2E/lib.bash"
. "$E2E/watch.bash"
mkdir -p in/sub failed
"$PICTURE" in/a.png 30 20
"$PICTURE" in/sub/b.png 30 20
echo "a note" >in/bad.png
echo "by another" >failed/bad.png
start --recursive --done in/done --failed failed
await is_count done 2
await is_count failed 1
"$PICTURE" in/a.png 50 20
await is_count done 3
await test -e failed/bad-2.png.json
await test -e in/done/a-2.png
await is_idle
stop INT
tree in
tree out
tree failed
cat failed/bad.png
sed 's/"time": ".*Z"/"time": "T"/; s/"version": ".*"/"version": "V"/' \
    failed/bad-2.png.json
sed 's/.*"input"/"input"/' err
for file in in/done/a.png in/done/a-2.png; do
    "$PORTAL" info $file | grep width
done

# To another file system, where there is one.
other=$(mktemp -d -p /dev/shm 2>/dev/null) || exit 0
trap 'rm -rf "$other"' EXIT
"$PICTURE" in/c.png 30 20
cp in/c.png c.png
touch -d '2020-01-02 03:04:05' in/c.png
start --recursive --done "$other/done"
await test -e "$other/done/c.png"
await is_idle
stop INT
cmp c.png "$other/done/c.png"
ls in
stat -c %y "$other/done/c.png"
