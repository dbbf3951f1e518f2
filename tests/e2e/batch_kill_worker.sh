# shellcheck shell=bash
# A worker is killed at a random moment: the run goes on, each picture is told
# once, all outputs are there, nothing is left over, and the next run finds
# nothing to do. PORTAL_TORTURE says how often.
. "$E2E/batch.bash"
need python3
pictures in 12
options=(--look natural --jobs 2 --threads 2 --json)
"$PORTAL" process in -o good "${options[@]}" >good.json || exit
took=$(python3 -c "print(int(1000 * $(summary seconds good.json)) + 50)")

kill_one() { # PID: one of its workers, when there is one
    local workers
    read -ra workers <<<"$(children "$1")"
    [ ${#workers[@]} -gt 0 ] || return
    kill -KILL "${workers[RANDOM % ${#workers[@]}]}" 2>/dev/null
}

bad=
for ((round = 1; round <= ROUNDS; round++)); do
    rm -rf out
    "$PORTAL" process in -o out "${options[@]}" >first.json 2>first.err &
    pid=$!
    nap "$took"
    workers=$(children $pid)
    kill_one $pid
    wait $pid || wrong "exit $?: $(cat first.err)"
    # shellcheck disable=SC2086
    until_true gone $workers
    same_as_good out
    [ "$(grep -c '"event":"file"' first.json)" = 12 ] || wrong "not 12 results"
    [ "$(summary skipped first.json)" = 0 ] || wrong "one was skipped"
    inodes out >before
    "$PORTAL" process in -o out "${options[@]}" >second.json 2>&1
    inodes out | cmp -s before - || wrong "made again"
    [ "$(summary kept second.json)" = 12 ] || wrong "$(tail -n 1 second.json)"
    [ -z "$bad" ] || break
done
[ -z "$bad" ] && echo "as undisturbed"
