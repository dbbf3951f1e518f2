# shellcheck shell=bash
# Names of outputs, conflicts, dry runs, exit codes: what the manual says.
"$PICTURE" a.png 40 30 && mkdir in && cp a.png in/b.png && cp a.png in/c.png
p() { "$PORTAL" process --quiet --threads 1 "$@"; echo "= $?"; }

p a.png --look natural
ls
p a.png -o out.png --look natural
cmp a_portal.png out.png && echo same
p a.png -o out.png --look vivid
cmp a_portal.png out.png && echo skipped
p a.png -o out.png --look vivid --conflict overwrite
cmp -s a_portal.png out.png || echo replaced
p a.png -o out.png --look vivid --conflict unique
ls
"$PORTAL" process --quiet --threads 1 in -o new --look natural -n | sed "s/, about.*//"
ls
echo no picture >in/d.png
p in -o new --look natural
ls new
p in/d.png -o e.png
p in -o in/deep
p a.png -o a.png
"$PORTAL" process --json --threads 1 in -o again 2>/dev/null | grep -c '^{.*}$'
