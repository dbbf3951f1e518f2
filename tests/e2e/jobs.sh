# shellcheck shell=bash
# How far a run is, read from the journal: totals, runs, failures, and whether
# anybody is still at it.
steady() {
    sed -E 's/^( +[0-9]+  )[^ ]+ +[0-9]+  (.*)  [-0-9]{10} [:0-9]{8}/\1HOST PID  \2  TIME/
        s/"host":"[^"]*","pid":[0-9]+/"host":"HOST","pid":0/g
        s/"since":[0-9]+/"since":0/g
        s/"images_per_hour":[0-9.e+]+/"images_per_hour":0/'
}
"$PORTAL" jobs; echo "= $?"
mkdir in
for i in {1..5}; do "$PICTURE" "in/$i.png" 30 20; done
"$PORTAL" process in -o out --look signature --quiet
"$PORTAL" jobs out | steady
"$PORTAL" jobs out --follow >/dev/null; echo "= $?"
for i in {11..17}; do echo "a note" >"in/$i.png"; done
"$PORTAL" process in -o out --look signature --quiet 2>/dev/null
"$PORTAL" jobs out | steady
"$PORTAL" jobs out --failed | grep -c ^failed:
"$PORTAL" jobs out --json | steady
"$PORTAL" jobs out --follow | steady | head -n 2; echo "= ${PIPESTATUS[0]}"
(cd out && "$PORTAL" jobs | head -n 1)
"$PORTAL" jobs out nowhere; echo "= $?"

# A run that was killed is not waited for.
mkdir large
for i in {1..20}; do "$PICTURE" "large/$i.png" 700 500; done
"$PORTAL" process large -o late --look signature --threads 1 --quiet &
pid=$!
until [ -n "$(find late -name '[0-9]*' 2>/dev/null)" ]; do
    kill -0 $pid || break
done
"$PORTAL" jobs late | grep -c alive
{ kill -9 $pid; wait $pid; } 2>/dev/null # the shell says who was killed
"$PORTAL" jobs late | grep -c died
"$PORTAL" jobs late --follow >/dev/null; echo "= $?"
