# shellcheck shell=bash
# --conflict changed makes an output again only when input or look differ.
. "$E2E/lib.bash"
need python3
"$PICTURE" a.png 30 20
python3 -c 'import os; os.setxattr("a.png", "user.test", b"1")' 2>/dev/null ||
    { echo "needs a file system with user attributes" >&2; exit 77; }
p() {
    touch -d 2001-01-01 out.png 2>/dev/null
    "$PORTAL" process --quiet a.png -o out.png --conflict changed "$@" || exit
    if [ "$(stat -c %Y out.png)" -lt 1000000000 ]; then echo kept; else echo made; fi
}
p --look natural
p --look natural
p --look vivid
p --look vivid --threads 2
p --look vivid --icc p3
"$PICTURE" a.png 31 20
p --look vivid --icc p3
p --look vivid --icc p3
