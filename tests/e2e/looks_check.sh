# shellcheck shell=bash
# Some bad looks among good ones: each reason, and exit 3; only bad ones: 1.
echo 'steps: []' >good.yaml
printf 'steps:\n- exposure: {ev: 1}\n- exposre\n' >bad.yaml
"$PORTAL" looks check bad.yaml missing.yaml
echo $?
"$PORTAL" looks check good.yaml bad.yaml
