# shellcheck shell=bash
# --recursive mirrors the tree; --dry-run writes nothing; --json and --trace
# are JSON.
. "$E2E/lib.bash"
need python3 convert
mkdir -p in/a/b in/empty
for file in in/1 in/a/2 in/a/b/3; do "$PICTURE" $file.png 30 20; done
echo "not a picture" >in/a/readme.txt

"$PORTAL" process in -o flat --quiet --look natural && tree flat
"$PORTAL" process in -r -o plan --quiet --look natural -n >/dev/null
echo "= $?"
[ -e plan ] && echo "a dry run wrote"
"$PORTAL" process in -r -o deep --quiet --look natural --json \
    --trace trace.json >lines 2>/dev/null
echo "= $?"
tree deep
python3 - <<'END'
import json
lines = [json.loads(line) for line in open("lines")]
for line in sorted(lines, key=lambda line: line.get("input", "~")):
    print(line["event"], line.get("input"), line.get("status"), line.get("done"))
events = json.load(open("trace.json"))
events = events["traceEvents"] if isinstance(events, dict) else events
print("stages:", " ".join(sorted({e["name"] for e in events if e["ph"] == "X"})))
END

# With a look on depth, the depth of a picture is not finished as one.
mkdir depth && cp in/1.png depth/villa.png
convert -size 30x20 gradient: -depth 16 depth/villa_depth.png
"$PORTAL" process depth -o hazy --quiet --atmosphere.density=0.01
echo "= $?"
ls hazy
