# shellcheck shell=bash
# The doctor finds nothing wrong here, says so in lines and in JSON.
"$PORTAL" doctor >lines || exit
grep -oE '^[a-z]+[a-z0-9_]*' lines | sort
"$PORTAL" doctor --json | grep -c '"self_test": "[1-9][0-9]* operations give the same bits'
PORTAL_ISA=base "$PORTAL" doctor | grep '^cpu'
"$PORTAL" doctor now
