# shellcheck shell=bash
# What several cases share: . "$E2E/lib.bash"

# Ends the case as skipped unless the programs are there.
need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null && continue
        echo "needs $program" >&2
        exit 77
    done
}

# The pixels of a file, as a program nobody here wrote sees them.
pixels() {
    oiiotool --hash "$1" | grep -o 'SHA-1: .*'
}

# Tags of all kinds and a colour profile.
describe() {
    exiftool -q -q -overwrite_original -Artist=Somebody -Copyright='(c) x' \
        -DateTimeOriginal='2020:01:02 03:04:05' -LensModel=50mm \
        -GPSLatitude=48.1 -GPSLatitudeRef=N \
        -GPSLongitude=11.5 -GPSLongitudeRef=E \
        -XMP-dc:Title=Title -XMP-xmp:Rating=4 \
        -IPTC:Keywords=one -IPTC:City=Ulm \
        '-icc_profile<=/usr/share/color/icc/compatibleWithAdobeRGB1998.icc' \
        -XResolution=240 -YResolution=240 -ResolutionUnit=inches "$@"
}

# Names below a folder, one a line, but for the journal; a temporary file that
# was left shows.
tree() {
    (cd "$1" && find . -mindepth 1 -not -path "*/.portal*" | LC_ALL=C sort)
}

# A file of weights with that many numbers, all of them the first byte.
weights() { # file count byte
    python3 - "$@" <<'PYTHON'
import struct, sys
name, count, byte = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
header = b'{"a.weight":{"dtype":"F32","shape":[%d],"data_offsets":[0,%d]}}' % (
    count, 4 * count)
header += b" " * (-len(header) % 8)
with open(name, "wb") as f:
    f.write(struct.pack("<Q", len(header)) + header + bytes([byte]) * 4 * count)
PYTHON
}

# Starts server.py for the folder "www"; sets $url, the address of its root.
serve() {
    local port
    unset http_proxy HTTP_PROXY ALL_PROXY all_proxy PORTAL_MODELS_MIRROR
    : >log
    mkfifo server.fifo
    python3 "$E2E/server.py" www port log <server.fifo &
    exec 7>server.fifo # the server ends with this shell
    until [ -s port ]; do kill -0 $! || return; done
    port=$(cat port)
    url=http://127.0.0.1:$port
}

sum() {
    sha256sum "$1" | cut -d' ' -f1
}

# The user's registry: model "one", from $url/ok, with weights and a config.
registry() { # more lines for the model
    mkdir -p "$HOME/.config/portal"
    cat >"$HOME/.config/portal/models.yaml" <<YAML
base: $url
models:
  - name: one
    doc: A small one
    licence: MIT
    commercial: yes
    page: http://127.0.0.1/one
    path: ok
    files:
      - {name: model.safetensors, size: $(stat -c %s www/model.safetensors), sha256: $(sum www/model.safetensors)}
      - {name: config.json, size: null, at_most: 1000, sha256: $(sum www/config.json)}
YAML
}

# Standard error without what changes from run to run.
steady() {
    sed "s|$url|URL|g; s|[0-9a-f]\{64\}|SUM|g"
}
