# shellcheck shell=bash
# Several runs on the same folders: each output is made once, by one of them;
# when one is killed the other makes the rest. Parts of a batch, in any order
# and one of them twice, make each output once, and together make all.
. "$E2E/batch.bash"
need python3
pictures in 16
options=(--look natural --jobs 2 --threads 2 --json)
"$PORTAL" process in -o good "${options[@]}" >good.json || exit
took=$(python3 -c "print(int(1000 * $(summary seconds good.json)) + 50)")
start() { "$PORTAL" process in -o out "${options[@]}" >"$1" 2>"$1.err" & }
made() { cat "$@" | grep '"event":"file"' | grep -c '"status":"done"'; }

bad=
for ((round = 1; round <= ROUNDS; round++)); do
    rm -rf out
    start a; a=$!
    start b; b=$!
    wait $a || wrong "exit $? of a: $(cat a.err)"
    wait $b || wrong "exit $? of b: $(cat b.err)"
    same_as_good out
    [ "$(made a b)" = 16 ] || wrong "$(made a b) made"
    [ -z "$bad" ] || break
done
[ -z "$bad" ] && echo "two at once: each once"

for ((round = 1; round <= ROUNDS; round++)); do
    rm -rf out
    start a; a=$!
    start b; b=$!
    nap "$took"
    { kill -KILL $a; wait $a; } 2>/dev/null # the shell says who was killed
    wait $b || wrong "exit $? of b: $(cat b.err)"
    same_as_good out
    [ -z "$bad" ] || break
done
[ -z "$bad" ] && echo "one killed: the other makes the rest"

rm -rf out
for part in 3 1 3 4 2; do
    "$PORTAL" process in -o out "${options[@]}" --shard $part/4 >part.$part.json ||
        wrong "exit $? of part $part"
    cat part.$part.json >>parts.json
done
same_as_good out
echo "parts: $(made parts.json) made, again $(summary done part.3.json)"
