# shellcheck shell=bash
# Films that cameras and others made: old codecs, sound, a thousand frames of a
# street. What is known of them before and after.
. "$E2E/film.bash"
data=/usr/share/doc/opencv-doc/examples/data
[ -f "$data/vtest.avi" ] || { echo "needs opencv-doc" >&2; exit 77; }
for name in vtest tree Megamind Megamind_bugy; do
    echo "= $name"
    "$PORTAL" info "$data/$name.avi" | sed 1d | grep -v bytes
    "$PORTAL" process "$data/$name.avi" -o "$name.mov" --look signature_estate \
        --duration 1.5 --quiet
    echo "exit $?"
    tags "$name.mov"
    streams "$name.mov"
done
"$PORTAL" process "$data/Megamind.avi" -o copy.mkv --vcodec ffv1 --quiet
cmp <(frames "$data/Megamind.avi") <(frames copy.mkv) && echo "all frames as they were"
cmp <(ff -i "$data/Megamind.avi" -map 0:a -c copy -f data - | md5sum) \
    <(ff -i copy.mkv -map 0:a -c copy -f data - | md5sum) && echo "sound as it was"
