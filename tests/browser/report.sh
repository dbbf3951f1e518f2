#!/bin/bash
# usage: report.sh PORTAL PICTURE
#
# The page of a run in a browser: its script works, and a name of a file does
# not become one. Exits 77 without Chromium.
set -u
portal=$(realpath "$1") picture=$(realpath "$2")
command -v chromium >/dev/null || { echo "needs chromium" >&2; exit 77; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0

claim() { # WHAT PATTERN
    grep -q -- "$2" page && return
    echo "not so: $1"
    failed=1
}

mkdir in home
for i in 1 2 3; do "$picture" "in/$i.png" 300 200; done
cp in/1.png "in/<img src=x onerror=document.title='broken'>.png"
: >in/empty.png
"$portal" process in -o out --quiet --report run.html 2>/dev/null
HOME=$scratch/home timeout 60 chromium --headless --no-sandbox --disable-gpu \
    --user-data-dir="$scratch/home" --dump-dom "file://$scratch/run.html" \
    >page 2>/dev/null || { echo "chromium does not run here" >&2; exit 77; }
claim "the table is counted" '>5 of 5 files<'
claim "columns can be sorted" '<button>Memory</button>'
claim "each status can be chosen" '<option>failed</option>'
claim "the name is a text" '&lt;img src=x onerror'
claim "the title is that of the page" '<title>1 of 5 files failed'
exit $failed
