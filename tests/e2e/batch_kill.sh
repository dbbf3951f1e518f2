# shellcheck shell=bash
# The supervisor is killed at a random moment: its workers end, and the same
# command finishes: all outputs are those of an undisturbed run, what was there
# is not made again, nothing is left over. PORTAL_TORTURE says how often.
. "$E2E/batch.bash"
need python3
pictures in 12
options=(--look natural --jobs 2 --threads 2 --json)
"$PORTAL" process in -o good "${options[@]}" >good.json || exit
took=$(python3 -c "print(int(1000 * $(summary seconds good.json)) + 50)")

bad=
for ((round = 1; round <= ROUNDS; round++)); do
    rm -rf out
    "$PORTAL" process in -o out "${options[@]}" >first.json 2>first.err &
    pid=$!
    nap "$took"
    workers=$(children $pid)
    { kill -KILL $pid; wait $pid; } 2>/dev/null # the shell says who was killed
    # shellcheck disable=SC2086
    until_true gone $workers || bad=1
    inodes out >before
    "$PORTAL" process in -o out "${options[@]}" >second.json 2>second.err ||
        wrong "exit $?: $(cat second.err)"
    same_as_good out
    inodes out | comm -23 before - | grep -q . && wrong "made again"
    [ "$(summary skipped second.json)" = 0 ] || wrong "one was skipped"
    [ -z "$bad" ] || break
done
[ -z "$bad" ] && echo "as undisturbed"
