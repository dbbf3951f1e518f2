# shellcheck shell=bash
# A disk that is full in the middle, an output folder that may not be written, an
# input folder that is gone in the middle: the words say so, what is there is
# whole, and after mending the same command finishes.
. "$E2E/batch.bash"
need python3
mkdir in
for i in {1..8}; do "$PICTURE" in/$i.png 300 200; done
options=(--look natural --jobs 2 --threads 2 --quiet)
"$PORTAL" process in -o good "${options[@]}" || exit
p() { "$PORTAL" process in -o "$1" "${options[@]}" "${@:2}" 2>err; code=$?; }
words() { sed "s|'in/[0-9]*.png'|'in/N.png'|; s|/[0-9]*\.png|/N.png|g" err | sort -u; }
bad='' round=0

echo "the input folder vanishes"
"$PORTAL" process in -o out "${options[@]}" 2>err &
pid=$!
until_true test -e out/1.png
mv in away
wait $pid
code=$?
[ $code = 3 ] || [ $code = 0 ] || echo "exit $code"
grep -v "cannot open 'in/.*': No such file" err
mv away in
p out
echo "= $code"
same_as_good out

[ "$(id -u)" = 0 ] && command -v unshare >/dev/null &&
    unshare -m true 2>/dev/null || { echo "needs unshare -m" >&2; exit 77; }
export -f p words same_as_good outputs inodes wrong until_true alone
export bad round PORTAL
export OPTIONS="${options[*]}"
unshare -m bash -c '
    read -ra options <<<"$OPTIONS"
    mkdir full && mount -t tmpfs -o size=1m tmpfs full || exit 77
    echo "a disk that becomes full"
    head -c 500k /dev/zero >full/ballast
    p full
    [ $code = 1 ] || [ $code = 3 ] || echo "exit $code"
    grep -v "the disk is full\|no space is left for the journal" err
    [ -s err ] || echo "no words"
    find full -name "*.tmp"
    for file in full/[0-9]*.png; do
        [ ! -e "$file" ] || cmp "$file" "good/${file#full/}"
    done
    mount -o remount,size=50m full && rm full/ballast
    p full
    echo "= $code"
    same_as_good full

    echo "full before the journal is"
    mkdir none && mount -t tmpfs -o size=16k tmpfs none
    p none
    echo "= $code"
    words
    mount -o remount,size=50m none
    p none
    echo "= $code"
    same_as_good none

    echo "a folder that may not be written"
    mkdir locked && mount -t tmpfs -o ro tmpfs locked
    p locked
    echo "= $code"
    words
    mount -o remount,rw locked
    p locked
    echo "= $code"
    same_as_good locked

    echo "it may not be written from the middle on"
    mkdir later && mount -t tmpfs -o size=50m tmpfs later
    "$PORTAL" process in -o later "${options[@]}" 2>err &
    pid=$!
    until_true test -e later/1.png
    tries=500
    until mount -o remount,ro later 2>/dev/null; do
        [ $((tries--)) -gt 0 ] && kill -0 $pid 2>/dev/null || break
    done
    wait $pid
    code=$?
    [ $code -lt 5 ] || echo "exit $code"
    mount -o remount,rw later
    p later
    echo "= $code"
    same_as_good later' || { echo "needs to mount a tmpfs" >&2; exit 77; }
