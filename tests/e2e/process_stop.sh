# shellcheck shell=bash
# Stopped in the middle: SIGINT and SIGTERM end with 4 and leave nothing half
# done; after kill -9 whatever has its name is whole, and the next run
# finishes.
. "$E2E/lib.bash"
mkdir in
for i in {1..10}; do "$PICTURE" "in/$i.png" 700 500; done
options=(--look signature --threads 1 --quiet)
"$PORTAL" process in/1.png -o good.png "${options[@]}" || exit

done_in() { # FOLDER
    find "$1" -name '[0-9]*' 2>/dev/null | wc -l
}

# Runs into the folder and sends the signal once a file is done; prints the
# exit code. Again when the run was through before the signal came.
stop() { # SIGNAL FOLDER
    local pid code
    for _ in 1 2 3 4 5; do
        rm -rf "$2"
        "$PORTAL" process in -o "$2" "${options[@]}" 2>/dev/null &
        pid=$!
        until [ "$(done_in "$2")" != 0 ]; do
            kill -0 $pid 2>/dev/null || break
        done
        kill "-$1" $pid
        wait $pid
        code=$?
        [ "$(done_in "$2")" = 10 ] || break
    done
    echo "$1: $code"
}

whole() { # FOLDER
    local file
    for file in "$1"/[0-9]*; do cmp -s "$file" good.png || echo "$file is not whole"; done
}

for signal in INT TERM HUP; do
    stop $signal out_$signal
    whole out_$signal
    find out_$signal -name '.*' -type f
done
stop KILL out_KILL 2>/dev/null
whole out_KILL
"$PORTAL" process in -o out_KILL "${options[@]}"
echo "= $?"
done_in out_KILL
for file in out_KILL/[0-9]*; do cmp "$file" good.png; done
