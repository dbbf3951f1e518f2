# shellcheck shell=bash
# Servers that misbehave: each ends in the right file or in a clear sentence.
. "$E2E/lib.bash"
need python3 sha256sum
mkdir www
weights www/model.safetensors 3000 1
echo '{"model_type": "depth_anything"}' >www/config.json
serve || exit
registry
home=$HOME/.local/share/portal/models

# Fetches by a misbehaviour, says what came of it and what was asked for.
fetch() { # way
    echo "-- $1"
    : >log
    "$PORTAL" models pull one --from "$url/$1/model.safetensors" --timeout 1 \
        2>&1 >out | steady
    echo "= ${PIPESTATUS[0]}"
    grep model.safetensors log | cut -d' ' -f2-
    if [ -e "$home/one/model.safetensors" ]; then
        cmp www/model.safetensors "$home/one/model.safetensors" && echo right
    fi
    [ -d "$home/one" ] && (cd "$home/one" && ls ./*.part 2>/dev/null)
    [ "${2:-}" = keep ] || rm -rf "$home"
}

for way in cut stall norange changed liar weak; do
    fetch $way
done
for way in long short endless early wrong otherpart page 403 503 mute \
    loop tofile toftp; do
    fetch $way
done
mv www/model.safetensors hidden
fetch ok
mv hidden www/model.safetensors
fetch hop/5
fetch hop/6

echo "-- goes on where another call has stopped"
fetch gone keep
fetch ok
fetch early keep
fetch ok keep

echo "-- two at once; one is killed"
rm -r "$home"
"$PORTAL" models pull one --from "$url/stall/again/model.safetensors" &
part=$home/one/model.safetensors.part
until [ "$(stat -c %s "$part" 2>/dev/null)" = 1500 ]; do kill -0 $! || break; done
"$PORTAL" models pull one
{ kill -9 $! && wait $!; } 2>/dev/null
fetch ok keep
