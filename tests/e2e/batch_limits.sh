# shellcheck shell=bash
# --jobs and --memory do what they say; JSON tells predicted and real
# memory, and progress that only grows and foresees the end.
. "$E2E/batch.bash"
need python3
pictures in 6
json() { "$PORTAL" process in -o out --look natural --json "$@" >events 2>err; echo "= $?"; }
ask() { python3 -c "
import json
events = [json.loads(line) for line in open('events')]
file = [e for e in events if e['event'] == 'file']
progress = [e for e in events if e['event'] == 'progress']
print($1)"; }

echo "memory of each picture"
json
ask "all(e['predicted_memory'] > 0 and e['peak_memory'] > 0 for e in file)"

echo "with a budget that is too small for any, one after the other"
rm -rf out
json --memory 1M --jobs 3 --threads 3
ask "all(e['predicted_memory'] > 1 << 20 for e in file), events[-1]['done']"

echo "as many workers as --jobs says"
rm -rf out
most=0
"$PORTAL" process in -o out --look signature --jobs 3 --threads 3 --quiet &
pid=$!
while kill -0 $pid 2>/dev/null; do
    read -ra workers <<<"$(children $pid)"
    [ ${#workers[@]} -gt $most ] && most=${#workers[@]}
done
wait $pid
echo "= $?"
[ $most -ge 1 ] && [ $most -le 3 ] || echo "$most workers"

echo "progress"
rm -rf in out
mkdir in && "$PICTURE" in/0.png 400 300
for i in {1..39}; do ln in/0.png in/$i.png; done
"$PORTAL" process in -o warm --look signature --quiet --jobs 2 --shard 1/8
json --look signature --jobs 2 --threads 2
ask "all(a['share'] <= b['share'] and a['over'] <= b['over'] and
         a['seconds'] < b['seconds'] for a, b in zip(progress, progress[1:]))"
ask "all(0 <= e['share'] <= 1 for e in progress)"
