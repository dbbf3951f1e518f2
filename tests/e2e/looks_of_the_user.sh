# shellcheck shell=bash
# Looks in the user's folder have a name; a broken one is shown as such.
mkdir -p "$HOME/.config/portal/looks"
echo 'steps: [exposure: {ev: 1}]' >"$HOME/.config/portal/looks/warm.yaml"
echo 'steps: [exposure: {ev: x}]' >"$HOME/.config/portal/looks/broken.yaml"
"$PORTAL" looks list | sed -n '/^neutral/p; /\//p'
"$PORTAL" looks list --json | grep -c '"origin": "user"'
"$PORTAL" looks export --look warm
XDG_CONFIG_HOME=/nowhere "$PORTAL" looks export --look warm
