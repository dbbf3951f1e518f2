# shellcheck shell=bash
# Completion offers commands, verbs, options, steps, choices and looks.
PATH=$(dirname "$PORTAL"):$PATH
"$PORTAL" completion bash >bash.sh && bash -n bash.sh || exit
if command -v fish >/dev/null; then
    "$PORTAL" completion fish >fish.sh && fish -n fish.sh || exit
fi
if command -v zsh >/dev/null; then
    "$PORTAL" completion zsh >zsh.sh && zsh -n zsh.sh || exit
fi

# shellcheck disable=SC1091
source ./bash.sh
compopt() { :; }
try()
{
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    _portal
    printf '%s ->' "$*"
    printf ' [%s]' "${COMPREPLY[@]}"
    echo
}
try portal l
try portal looks e
try portal looks export --lo
try portal looks export --exposure.e
try portal looks export --profile = ''
try portal looks export --profile b
try portal looks export -l neu
try portal ops show exp
try portal help loo
try portal completion ''
try portal lut b
try portal lut info print
try portal lut values wo
try portal process --lut3d.file = wo
try portal process --lut3d.input = rec2020_h
try portal process --lut3d.strength = 1
"$PORTAL" completion tcsh
