# shellcheck shell=bash
# What the cases about batches share: . "$E2E/batch.bash"
. "$E2E/lib.bash"

ROUNDS=${PORTAL_TORTURE:-3} # moments at which something is killed
SEED=${PORTAL_SEED:-$$}
RANDOM=$SEED

# The search for leaks runs in a process of its own when a program ends; if that
# is killed in a worker's stead, the search waits for it without end.
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0

# Pictures that differ in size, so that workers are never in step.
pictures() { # FOLDER COUNT
    local i
    mkdir -p "$1"
    for ((i = 1; i <= $2; i++)); do
        "$PICTURE" "$1/$(printf %02d $i).png" $((80 + 10 * i)) 120
    done
}

children() { # PID
    cat "/proc/$1/task/$1/children" 2>/dev/null
}

# Waits for a condition; it is in vain after minutes, on a busy machine too.
until_true() { # COMMAND...
    local tries=12000
    until "$@"; do
        [ $((tries--)) -gt 0 ] || { echo "in vain: $*" >&2; return 1; }
        sleep 0.01
    done
}

gone() { # PID...: they have ended, though they may not be buried yet
    local pid
    for pid in "$@"; do
        [ -e "/proc/$pid/exe" ] && return 1
    done
    return 0
}

alone() { # no process of the program works in this folder
    local process
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/cwd")" = "$PWD" ] &&
            [ "$(readlink "$process/exe")" = "$PORTAL" ] && return 1
    done
    return 0
}

outputs() { # FOLDER: how many there are
    inodes "$1" | wc -l
}

# Name, file number and time of each output.
inodes() { # FOLDER
    find "$1" -name '[0-9a-z]*' -type f -not -path '*/.portal/*' \
        -printf '%P %i %T@\n' 2>/dev/null | sort
}

# A random part of so many milliseconds.
nap() { # MS
    local ms=$((RANDOM % $1))
    sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))"
}

# What is said when a round goes wrong; the first line is enough to run it
# again.
wrong() { # TEXT
    echo "seed $SEED, round $round: $1"
    bad=1
}

# The outputs are those of the undisturbed run, and nothing else is there.
same_as_good() { # FOLDER
    local name
    [ "$(outputs "$1")" = "$(outputs good)" ] || wrong "$(outputs "$1") outputs"
    for name in good/*; do
        cmp -s "$name" "$1/${name#good/}" || wrong "$1/${name#good/} differs"
    done
    [ -z "$(find "$1" -name '*.tmp')" ] || wrong "left: $(find "$1" -name '*.tmp')"
}

# A field of the last line of JSON.
summary() { # FIELD FILE
    tail -n 1 "$2" | python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"
}
