# shellcheck shell=bash
# What process would refuse is refused before anything is queued, and what sbatch
# refuses is told in one line; nothing is left then.
. "$E2E/lib.bash"
mkdir in bin
for i in {1..3}; do "$PICTURE" "in/$i.png" 30 20; done
printf '#!/bin/bash\ntouch queued\n' >bin/sbatch
chmod +x bin/sbatch
export PATH=$PWD/bin:$PATH

try() {
    "$PORTAL" submit "$@"
    echo "= $?"
}
try
try in -o out
try -- in
try -- in -o out.png
try -- in -o out --look signatur
try -- in -o out --exposre.ev=1
try -- nowhere -o out
try -- in -o out --shard 1/2
try -- in -o out --dry-run
try -- in -o out --report r.html --help
try --array 2 -- in -o out --trace t.json
try --array 0.5 -- in -o out
try --engine cloud -- in -o out
try --memory-per-task 1 -- in -o out
try --sbatch-option account=x -- in -o out
try --name $'a\n#SBATCH --wrap=x' -- in -o out
try --partition '' -- in -o out
try -- in -o 'out\x'
[ -e queued ] && echo "something was queued"

cat >bin/sbatch <<'SBATCH'
#!/bin/bash
echo "sbatch: error: invalid partition specified: nix" >&2
echo "sbatch: error: Batch job submission failed: Invalid partition name" >&2
exit 1
SBATCH
try --partition nix -- in -o out
printf '#!/bin/bash\nexit 3\n' >bin/sbatch
try -- in -o out
printf '#!/bin/bash\necho hello\n' >bin/sbatch
try -- in -o out
find out
