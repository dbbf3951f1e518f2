# shellcheck shell=bash
# A run that is stopped has its report: what is done, and what is left.
. "$E2E/lib.bash"
need python3
mkdir in
for i in {1..12}; do "$PICTURE" "in/$i.png" 700 500; done

done_in() { # FOLDER
    find "$1" -name '[0-9]*' 2>/dev/null | wc -l
}

# Again when the run was through before the signal came.
for _ in 1 2 3 4 5; do
    rm -rf out
    "$PORTAL" process in -o out --look signature --threads 1 --quiet \
        --report run.json 2>/dev/null &
    pid=$!
    until [ "$(done_in out)" != 0 ]; do
        kill -0 $pid 2>/dev/null || break
    done
    kill -INT $pid
    wait $pid
    code=$?
    [ $code = 4 ] && break
done
echo "= $code"
cat >tell.py <<'PYTHON'
import json, os
d = json.load(open("run.json"))
t = d["totals"]
print("complete:", d["complete"], "files:", len(d["files"]))
assert t["done"] + t["kept"] == len(os.listdir("out")) - (".portal" in os.listdir("out"))
assert t["done"] + t["kept"] + t["left"] + t["stopped"] == 12
for f in d["files"]:
    assert (f["status"] in ("done", "kept")) == os.path.exists(f["output"]), f
PYTHON
python3 tell.py
"$PORTAL" process in -o out --look signature --threads 1 --quiet --report run.json
echo "= $?"
python3 tell.py
find . -name '.*.tmp'
