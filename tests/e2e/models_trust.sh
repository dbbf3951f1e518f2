# shellcheck shell=bash
# Licences have to be accepted; an unknown checksum is recorded and kept to.
. "$E2E/lib.bash"
need python3 sha256sum
mkdir www
weights www/model.safetensors 100 1
echo '{"a": 1}' >www/config.json
serve || exit
registry
list=$HOME/.config/portal/models.yaml
sed -i 's/size: [0-9]*,/size: null, at_most: 9000,/; s/sha256: .*/sha256: null}/
    s/commercial: yes/commercial: no/' "$list"
pull() {
    "$PORTAL" models pull one "$@" 2>&1 | steady
    echo "= ${PIPESTATUS[0]}"
}

pull --trust
pull --accept-licence
cat log
pull --accept-licence --trust
"$PORTAL" models verify one | steady
"$PORTAL" models remove one

echo "-- another file under the same name"
weights www/model.safetensors 100 2
pull --accept-licence
pull --accept-licence --trust
weights www/model.safetensors 100 1
pull --accept-licence

echo "-- what is no model is not taken on trust"
rm -r "$HOME/.local/share/portal"
pull --accept-licence --trust --from "$url/page/model.safetensors"
"$PORTAL" models list | grep '^one'

echo "-- unclear is not yes"
sed -i 's/commercial: no/commercial: unclear/' "$list"
pull --trust
"$PORTAL" models pull dav2-large dav2-small

echo "-- from files, and where from"
pull --accept-licence --trust --from www
pull --accept-licence --trust --from ftp://127.0.0.1/x
pull --accept-licence --trust --from nothing
rm -r "$HOME/.local/share/portal"
cp www/model.safetensors mine.safetensors
pull --accept-licence --trust --from mine.safetensors
cp www/config.json .
pull --accept-licence --trust --from mine.safetensors
PORTAL_MODELS_MIRROR=$url/503 "$PORTAL" models pull one dav2-small \
    --accept-licence --from www
rm -r "$HOME/.local/share/portal"
PORTAL_MODELS_MIRROR=$url/ pull --accept-licence --trust

echo "-- a registry with a mistake"
sed -i 's/licence:/license:/' "$list"
"$PORTAL" models list | head -1
sed -i 's/license:/licence:/; s/name: one/name: dav2-small/' "$list"
"$PORTAL" models list | head -1
