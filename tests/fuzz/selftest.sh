#!/bin/sh
# usage: selftest.sh DRIVER: the driver finds the bug of selftest.c, keeps the
# input that shows it, and is content without mutations and with a corpus.
set -u
driver=$(realpath "$1")
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1

fail() {
    echo "$*" >&2
    exit 1
}

"$driver" --times 0 >log || fail "the seed alone fails"
[ -z "$(ls ./*.input 2>/dev/null)" ] || fail "an input is kept without need"
if "$driver" --times 100000 >log 2>&1; then
    fail "the bug is not found"
fi
grep -q '^random seed [0-9]' log || fail "the seed is not printed"
grep -q 'found it' log || fail "the reason is not printed"
if "$driver" --times 0 ./*.input >log 2>&1; then
    fail "the input that is kept does not show the bug"
fi
mkdir corpus
echo '62 75 # b u
      67 2E' >corpus/a.hex
if "$driver" --times 0 --corpus corpus >log 2>&1; then
    fail "a file of the corpus is not run"
fi
"$driver" --write corpus || fail "the seeds are not written"
[ "$(cat corpus/seed000)" = "bud is no bug" ] || fail "a seed is wrong"
