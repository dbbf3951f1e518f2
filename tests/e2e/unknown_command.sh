# shellcheck shell=bash
# A wrong command names the nearest right one.
"$PORTAL" hepl
echo $?
"$PORTAL" xyzzyxyzzy
