# shellcheck shell=bash
# A look made of a command line comes back as what it was.
"$PORTAL" looks export --exposure.ev=0.25 --exposure.black -0.01 \
    --name mine --doc 'One: two' | tee a.yaml
"$PORTAL" looks export --look ./a.yaml | cmp - a.yaml || exit
"$PORTAL" looks export --look a.yaml --set exposure.ev=1 --set exposure.ev=2 \
    --exposure.ev=3 -o deep/b.yaml || exit
cat deep/b.yaml
"$PORTAL" looks show deep/b.yaml
"$PORTAL" looks show --json a.yaml
"$PORTAL" looks show --json a.yaml >a.json
"$PORTAL" looks export --look a.json | cmp - a.yaml
"$PORTAL" looks check a.yaml deep/b.yaml
"$PORTAL" looks export --lut3d.file=a.cube # wherever the look goes
