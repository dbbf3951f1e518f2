# shellcheck shell=bash
# An operation's parameters: kind, range, default, unit, meaning.
"$PORTAL" ops show exposure
"$PORTAL" ops show --json exposure
"$PORTAL" ops list | grep -c '^exposure '
"$PORTAL" ops list | LC_ALL=C sort -c && echo sorted
"$PORTAL" ops show expsure
