# shellcheck shell=bash
# SIGINT once: what runs finishes, nothing starts; twice: what runs is dropped
# whole. SIGTERM waits --grace seconds. All of it to the process and to its
# group, as a terminal does. Exit code 4, a hint, and the same command finishes.
. "$E2E/batch.bash"
mkdir in
for i in {1..8}; do "$PICTURE" in/$i.png 400 300; done
options=(--look signature --jobs 2 --threads 2)
"$PORTAL" process in -o good "${options[@]}" --quiet || exit

# Signals a run once something is made; says what became of it.
stop() { # TARGET(one|group) OPTIONS... -- SIGNAL...
    local target=$1 args=() pid code
    shift
    while [ "$1" != -- ]; do args+=("$1"); shift; done
    shift
    rm -rf out
    set -m # its own group
    "$PORTAL" process in -o out "${options[@]}" "${args[@]}" 2>err &
    pid=$!
    set +m
    until_true some_made || return
    [ "$target" = group ] && pid=-$pid
    # After the first one it may be gone already.
    for signal; do kill -"$signal" -- "$pid" 2>/dev/null; sleep 0.02; done
    wait "${pid#-}"
    code=$?
    echo "$*: exit $code, $(grep -c 'the same command goes on' err) hint"
    until_true alone
    [ "$(outputs out)" -lt 8 ] || echo "all were made: the signal came too late"
    for file in out/*.png; do cmp "$file" "good/${file#out/}"; done
    find out -name '*.tmp'
    "$PORTAL" process in -o out "${options[@]}" --quiet || echo "exit $?"
    round=0 same_as_good out
}
some_made() { [ "$(outputs out)" -gt 0 ]; }

bad=
for target in one group; do
    echo "to $target"
    stop $target -- INT
    stop $target -- INT INT
    stop $target -- TERM
    stop $target --grace 0 -- HUP
done
[ -z "$bad" ] && echo "all is made in the end"

echo "while workers start"
for ((round = 1; round <= ROUNDS; round++)); do
    rm -rf out
    set -m
    "$PORTAL" process in -o out "${options[@]}" --jobs 4 >/dev/null 2>err &
    pid=$!
    set +m
    until_true test -e out/.portal/run-1.lock
    kill -INT -- -$pid
    wait $pid
    code=$?
    # Before the signals are watched it just ends.
    [ $code = 4 ] || [ $code = 130 ] || wrong "exit $code: $(cat err)"
    grep -q 'do not start' err && wrong "$(cat err)"
    until_true alone
done
[ -z "$bad" ] && echo "no error"
