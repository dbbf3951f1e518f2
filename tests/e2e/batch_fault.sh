# shellcheck shell=bash
# A picture whose decoder crashes, one that hangs and one that eats memory cost
# themselves only: the others are made, the reasons can be read, the exit code
# is 3. After two deaths a picture is left alone until it is another one, or
# --no-resume asks for it. PORTAL here is started with fault.c.
. "$E2E/batch.bash"
need python3
[ -e "$FAULT" ] && ! nm -D "$PORTAL" 2>/dev/null | grep -q __asan ||
    { echo "needs a build without sanitizers" >&2; exit 77; }
options=(--look natural --jobs 2 --threads 2 --memory 200M --timeout 5)
run() { LD_PRELOAD=$FAULT "$PORTAL" process in -o out "${options[@]}" "$@"; }
p() { run "$@"; echo "= $?"; }
steady() { # what is said, without numbers that change
    sed 's/took [0-9]* MB/took N MB/; s/^\([0-9]* done.*failed\).*/\1/' | sort
}
said() { p "$@" 2>&1 | steady; }
pictures in 4
for name in crash hang eat; do "$PICTURE" in/$name.png 40 30; done

echo "first"
said
tree out
echo "again"
inodes out >before
said
inodes out | cmp before -

echo "crash is another picture, and harmless"
mv in/crash.png in/x.png && "$PICTURE" in/crash.png 50 30
"$PORTAL" process in -o out "${options[@]}" 2>&1 | steady
rm in/x.png in/hang.png in/eat.png

echo "no resume, no retries"
"$PICTURE" in/crash.png 60 30
p --retries 0 2>&1 | grep -v done
p --retries 5 --quiet
p --quiet
p --quiet --no-resume --conflict overwrite

echo "killed just after the naming: it is done, and not made again"
rm -rf in out && pictures in 2
"$PICTURE" in/late.png 70 30
run --json >events
grep -c '"event":"file"' events
summary failed events
summary skipped events
inodes out >before
run --json >events
summary kept events
inodes out | cmp before -

echo "the supervisor is killed just before an old output is replaced"
rm -rf in out && pictures in 2
"$PICTURE" in/orphan.png 70 30
"$PORTAL" process in -o out "${options[@]}" --quiet
"$PICTURE" in/orphan.png 75 30
inodes out | grep orphan >before
{ p --quiet; } 2>/dev/null # the shell says who was killed
until_true alone
inodes out | grep orphan | cmp before - && echo "the old one is there"
"$PORTAL" process in -o out "${options[@]}" --quiet
echo "= $?"
inodes out | grep orphan | cmp -s before - || echo "replaced"
find out -name '*.tmp'

echo "what is no longer what was made is made again, unless told otherwise"
cp out/01.png good.png
"$PICTURE" out/01.png 10 10
cp out/01.png painted.png
"$PORTAL" process in -o out "${options[@]}" --no-resume 2>&1 | steady
cmp out/01.png painted.png
"$PORTAL" process in -o out "${options[@]}" 2>&1 | steady
cmp out/01.png good.png
echo "cut, and with the size it had"
truncate -s 100 out/01.png
"$PORTAL" process in -o out "${options[@]}" --quiet
cmp out/01.png good.png
printf x | dd of=out/01.png bs=1 seek=60 conv=notrunc status=none
"$PORTAL" process in -o out "${options[@]}" --quiet
cmp out/01.png good.png
echo "only touched"
touch out/01.png in/01.png
inodes out >before
"$PORTAL" process in -o out "${options[@]}" 2>&1 | steady
inodes out | cmp before -
echo "another byte, and the same size and time"
touch -r out/01.png time
printf x | dd of=out/01.png bs=1 seek=60 conv=notrunc status=none
touch -r time out/01.png
"$PORTAL" process in -o out "${options[@]}" 2>&1 | steady
"$PORTAL" process in -o out "${options[@]}" --verify 2>&1 | steady
cmp out/01.png good.png

echo "two at once by different looks: the later one waits, the first gives way"
rm -rf in out && pictures in 4
"$PICTURE" in/03hang.png 40 30
LD_PRELOAD=$FAULT "$PORTAL" process in -o out --look natural --jobs 1 \
    --retries 0 2>first &
pid=$!
until_true test -e out/03.png
"$PORTAL" process in -o out --exposure.ev=1 2>second &
until_true grep -qs waiting second
kill -KILL "$(children $pid)"
wait $pid
echo "= $?"
wait $!
echo "= $?"
steady <first
steady <second
"$PORTAL" process in -o alone --exposure.ev=1 --quiet
for file in out/*.png; do cmp "$file" "alone/${file#out/}"; done

echo "a first signal says what it waits for, a second one drops it"
rm -rf in out && mkdir in
for name in 1 2hang; do "$PICTURE" in/$name.png 40 30; done
LD_PRELOAD=$FAULT "$PORTAL" process in -o out --look natural --jobs 1 2>err &
pid=$!
at_the_second() {
    "$PORTAL" jobs out --json 2>/dev/null | grep -q '"leased":1,"done":1,'
}
until_true at_the_second
kill -INT $pid
until_true grep -s stopping err
kill -INT $pid
wait $pid
echo "= $?"
