# shellcheck shell=bash
# What the cases of --watch share: . "$E2E/watch.bash"

# Starts a watch of "in" into "out"; sets $watch. Its lines are in log and err.
start() { # options
    "$PORTAL" process in -o out --watch --settle 0.4 --poll 1 --json \
        --look neutral "$@" >log 2>err &
    watch=$!
}

# Waits at most two minutes for a command to succeed.
await() {
    local end=$((SECONDS + 120))
    until "$@" 2>/dev/null; do
        if [ $SECONDS -ge $end ] || ! kill -0 $watch; then
            echo "waited too long for: $*"
            cat log err
            return 1
        fi
        read -rt 0.05 <> <(:)
    done
}

# Lines of the log with that status.
count() { # STATUS
    grep -c "\"status\":\"$1\"" log
}

is_count() { # STATUS NUMBER
    [ "$(count "$1")" = "$2" ]
}

# Nothing is left to do after what has been told so far.
is_idle() {
    tail -n 1 log | grep -q '"event":"waiting"'
}

said() { # TEXT
    grep -q "$1" err
}

stop() { # SIGNAL
    kill "-$1" $watch
    wait $watch
    echo "= $?"
}
