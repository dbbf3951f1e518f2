# shellcheck shell=bash
# A wrong option or value names what would be right, and exits 2.
"$PORTAL" looks export --ste a.b=1; echo $?
"$PORTAL" looks export --exposre.ev=1; echo $?
"$PORTAL" looks export --exposure.evv=1; echo $?
"$PORTAL" looks export --exposure.ev=99; echo $?
"$PORTAL" looks export --set exposure=1; echo $?
"$PORTAL" looks export --look signatur; echo $?
"$PORTAL" looks exprot; echo $?
"$PORTAL" ops shwo
