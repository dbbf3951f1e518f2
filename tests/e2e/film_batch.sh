# shellcheck shell=bash
# Twenty clips, one of them broken, and the supervisor killed in the middle: the
# next run makes what is missing and nothing else, and all is as undisturbed.
. "$E2E/batch.bash"
. "$E2E/film.bash"
footage shots
mkdir in
clip first.mkv -c:v ffv1 -pix_fmt yuv420p
for i in {01..20}; do
    ff -ss "0.$(printf %02d $((10#$i % 10)))" -i first.mkv -c:v ffv1 "in/$i.mkv"
done
head -c 500 in/13.mkv >cut.part && mv cut.part in/13.mkv
options=(--look natural --vcodec ffv1 --jobs 2 --threads 2 --json)
"$PORTAL" process in -o good "${options[@]}" >good.json 2>good.err
echo "undisturbed: exit $?, $(outputs good) outputs"
sed 's/.*process: //' good.err
took=$(python3 -c "print(int(1000 * $(summary seconds good.json)) + 50)")
bad=
for ((round = 1; round <= ROUNDS; round++)); do
    rm -rf out
    "$PORTAL" process in -o out "${options[@]}" >first.json 2>first.err &
    pid=$!
    nap "$took"
    workers=$(children $pid)
    { kill -KILL $pid; wait $pid; } 2>/dev/null
    # shellcheck disable=SC2086
    until_true gone $workers || bad=1
    inodes out >before
    "$PORTAL" process in -o out "${options[@]}" >second.json 2>second.err
    code=$?
    [ $code = 3 ] || wrong "exit $code: $(cat second.err)"
    same_as_good out
    inodes out | comm -23 before - | grep -q . && wrong "made again"
    [ -z "$bad" ] || break
done
[ -z "$bad" ] && echo "as undisturbed"
