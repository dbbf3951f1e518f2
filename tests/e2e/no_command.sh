# shellcheck shell=bash
# Without a command: the overview, on standard error, and it counts as wrong.
"$PORTAL" >out 2>err
code=$?
[ -s out ] && echo "something on standard output"
head -n 1 err
exit $code
