# shellcheck shell=bash
# Defaults, looks, steps, --set: the later wins, and an exported look is the same.
"$PICTURE" a.png 40 30 || exit
p() { "$PORTAL" process --quiet a.png --conflict overwrite -o "$@" || echo "= $?"; }

options=(--look natural --exposure.ev=0.5 --exposure.black=0.01
    --set exposure.ev=0.25 --set contrast.amount=0.2)
p direct.png "${options[@]}"
"$PORTAL" looks export "${options[@]}" --name x -o x.yaml
cat x.yaml
p exported.png --look x.yaml
cmp direct.png exported.png && echo same

p one.png --exposure.ev=1 --set exposure.ev=0.25
p two.png --exposure.ev=0.25
cmp one.png two.png && echo same
p one.png --look natural --look vivid
"$PORTAL" looks export --look natural --look vivid -o both.yaml
p two.png --look both.yaml
cmp one.png two.png && echo same
p one.png --look signature --profile performance
p two.png --look signature --set bloom.amount=0 --set denoise.chroma=0
cmp one.png two.png && echo same
for threads in 1 2 7; do
    p t$threads.png --look signature --threads $threads
done
PORTAL_ISA=base p base.png --look signature --strip-rows 7
cmp t1.png t2.png && cmp t1.png t7.png && cmp t1.png base.png && echo same
