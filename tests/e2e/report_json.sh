# shellcheck shell=bash
# --report run.json: one document of stable keys, whatever files are called and
# however the run ended; of a later run, what was done before in full.
. "$E2E/lib.bash"
need python3
mkdir in
for i in 1 2 3; do "$PICTURE" "in/$i.png" 60 40; done
cp in/1.png "in/<script>alert(1)<&>&\".png"
cp in/1.png in/$'b\xff\xc3\xa4.png'
head -c 200 in/1.png >in/4.png

# What of it does not change from run to run.
tell() { # FILE
    python3 - "$1" <<'PYTHON'
import json, sys
d = json.loads(open(sys.argv[1], "rb").read().decode("utf-8", "strict"))
print(" ".join(d))
print({k: v for k, v in d["totals"].items() if v}, "complete:", d["complete"])
for key in "host", "time", "bytes", "memory":
    assert all(v not in ("", None) for v in d[key].values()), key
assert len(d["began"]) == 25 and d["look"]["yaml"].startswith("name: ")
assert d["stages"] == [] or abs(sum(s["share"] for s in d["stages"]) - 1) < 1e-6
for f in d["files"]:
    print(ascii(f["input"]), f["status"], f.get("input_hex", ""),
          f.get("from", {}).get("format", ""), f.get("to", {}).get("width", ""),
          [l["what"] for l in f.get("ledger", [])], f.get("error", ""))
    assert f["status"] != "done" or f["seconds"] > 0 and f["peak_memory"] > 0
print([f["input"] for f in d["failures"]], len(d["slowest"]))
PYTHON
}

for where in a b; do
    "$PORTAL" process in -o out --look signature --keep icc --quiet \
        --report "there/$where.json" 2>/dev/null
    echo "= $?"
    tell "there/$where.json"
done

echo "one picture"
"$PORTAL" process in/1.png -o one.png --quiet --report one.JSON
tell one.JSON | tail -n +2
echo "a plan"
"$PORTAL" process in/1.png in/2.png -o plan -n --report plan.json >/dev/null
tell plan.json | tail -n +2

echo "refused"
mkdir folder.json
"$PORTAL" looks export --look neutral >mine.json
try() { "$PORTAL" process "$@"; echo "= $?"; }
cp in/1.png picture.html
try in/1.png -o new/ --report run.txt
try picture.html -o new/ --report ./new/../picture.html
try in/1.png -o out.json --format png --report "$PWD/out.json"
try in/1.png -o new/ --look ./mine.json --report mine.json
try in/1.png -o new/ --report folder.json
cmp picture.html in/1.png
tree . | grep -v -e '^./in' -e '^./out'
