# shellcheck shell=bash
# Models of one's own: added, named, checked, replaced, removed.
. "$E2E/lib.bash"
need python3 sha256sum
"$PORTAL" models list | grep -oE '^[a-z0-9-]+ +[a-z]+ +[0-9]+ MB'
"$PORTAL" models list --json | grep -c '"state": "absent"'
"$PORTAL" models path
"$PORTAL" models path dav2-small
mkdir My-Net
weights My-Net/model.safetensors 100 1
weights other.safetensors 100 2
head -c 300 other.safetensors >cut.safetensors
echo '{"a": 1}' >My-Net/config.json
"$PORTAL" models add My-Net/model.safetensors
"$PORTAL" models add other.safetensors --name house
"$PORTAL" models add cut.safetensors
"$PORTAL" models add cut.safetensors --name 'not/good'
"$PORTAL" models add other.safetensors --name dav2-small
"$PORTAL" models add other.safetensors --name my-net
"$PORTAL" models add missing.safetensors
"$PORTAL" models add
"$PORTAL" models list | grep 'added by you'
cmp My-Net/model.safetensors "$("$PORTAL" models path my-net)"
cmp other.safetensors "$("$PORTAL" models path house --json | sed 's/.*: *"//; s/".*//')"
"$PORTAL" models path ./other.safetensors
"$PORTAL" models path ./nothing.safetensors
"$PORTAL" models verify | sed 's/[0-9a-f]\{64\}/SUM/'
"$PORTAL" models add other.safetensors --name my-net --replace
"$PORTAL" models verify my-net | sed 's/[0-9a-f]\{64\}/SUM/'
printf x >>"$HOME/.local/share/portal/models/my-net/model.safetensors"
"$PORTAL" models verify my-net | sed 's/[0-9a-f]\{64\}/SUM/'
echo "= ${PIPESTATUS[0]}"
"$PORTAL" models verify hose
"$PORTAL" models remove my-net house --json
tree "$HOME/.local/share/portal"
env -u HOME "$PORTAL" models list
"$PORTAL" models fetch
