# shellcheck shell=bash
# 200 damaged files of each format: no crash (0, 1 or 3), nothing left over,
# and every output can be read. The damage is that of the fuzz driver.
. "$E2E/lib.bash"
fuzzers=$(dirname "$PORTAL")/../../tests/fuzz
for format in exr jpeg png tiff; do
    [ -x "$fuzzers/fuzz_$format" ] || { echo "needs fuzz_$format" >&2; exit 77; }
    mkdir "$format"
    "$fuzzers/fuzz_$format" --write "$format" --mutants 200 >/dev/null || exit
    "$PORTAL" process "$format" -o "out_$format" --exposure.ev=0.5 --quiet \
        --memory 200M >/dev/null 2>reasons
    code=$?
    case $code in
    0 | 1 | 3) echo "$format: as it should" ;;
    *) echo "$format: exit $code" ;;
    esac
    grep -v '^portal: process: ' reasons
    find "out_$format" -name '.*' -type f
    for file in "out_$format"/*; do
        "$PORTAL" info "$file" >/dev/null || echo "$file cannot be read"
    done
done
