# shellcheck shell=bash
# A job for Slurm. The farm here is a script that does what sbatch does with an
# array, one task after the other.
. "$E2E/lib.bash"
here=$PWD
self() { # what differs from machine to machine
    sed "s|$(realpath "$PORTAL")|PORTAL|g"
}
mkdir in 'my "shots"' bin
for i in {1..9}; do "$PICTURE" "in/$i.png" 30 20; done
cp in/*.png 'my "shots"'

echo "--- the script"
"$PORTAL" submit --dry-run -- in -o out --look signature | self
"$PORTAL" submit --dry-run --array 16 --cpus 8 --memory-per-task 8G \
    --partition night --time 2:00:00 --name "villa \"x\"" \
    --sbatch-option=--account=studio --sbatch-option '--nice=100' -- \
    'my "shots"' -o "o%u't é" --look signature --grace 100 --set \
    bloom.amount=0.1 -- "in/1.png" | self
"$PORTAL" submit -n 2>&1 | head -n 1
"$PORTAL" submit --cpus 2 --memory-per-task 1G --dry-run -- in -o out -j 3 \
    --memory 200M | tail -n 1 | self
"$PORTAL" submit --dry-run --json -- in -o out |
    python3 -c 'import json, sys; j = json.load(sys.stdin)
print(j["job"], j["script"], j["tasks"], j["files"], j["text"][:11])'
tree .

echo "--- without sbatch"
PATH=$here/bin "$PORTAL" submit -- in -o out; echo "= $?"
tree out

echo "--- submitted"
cat >bin/sbatch <<'SBATCH'
#!/bin/bash
printf '<%s>' "$@" >"$FARM/arguments"
count=$(sed -n 's/^#SBATCH --array=0-//p' "${!#}")
export SLURM_ARRAY_JOB_ID=77 SLURM_JOB_ID=78 SLURM_ARRAY_TASK_MIN=0 \
    SLURM_ARRAY_TASK_COUNT=$((count + 1)) SLURM_CPUS_PER_TASK=2
cd /
for ((task = 0; task <= count; task++)); do
    SLURM_ARRAY_TASK_ID=$task bash "${!#}" >>"$FARM/log" 2>&1 ||
        echo "task $task: $?" >>"$FARM/log"
done
echo "77;loop"
SBATCH
printf '#!/bin/bash\nprintf "<%%s>" "$@" >"$FARM/asked"\nprintf "PENDING\\nRUNNING\\nPENDING\\n"\n' \
    >bin/squeue
chmod +x bin/*
export FARM=$here PATH=$here/bin:$PATH
"$PORTAL" submit --array 3 --cpus 2 -- 'my "shots"' -o "o%u't é" --quiet
cat arguments log; echo
tree "o%u't é"
"$PORTAL" jobs "o%u't é" | sed -n 1p
cat asked; echo
"$PORTAL" jobs "o%u't é" --json | python3 -c 'import json, sys
j = json.load(sys.stdin)
print(*((r["what"], r["slurm"]) for r in j["runs"]), sep="\n")
print(sum(r["done"] for r in j["runs"]), j["tasks_waiting"], j["tasks_running"])'

echo "--- again: nothing is made twice, and the script has a name of its own"
"$PORTAL" submit --array 3 --json -- 'my "shots"' -o "o%u't é"
grep -o '.* done before' log
"$PORTAL" submit --script job.sh -- in -o out -q
"$PORTAL" submit --script job.sh -- in -o out -q; echo "= $?"
