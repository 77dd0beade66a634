# Completes `cap` in bash: its commands, and behind one of them what that completes, by the script of it beside this one.

_cap() {
    local word=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]}
    if ((COMP_CWORD == 1)) || [[ ${COMP_WORDS[1]} == help ]]; then
        local others=
        ((COMP_CWORD > 1)) || others='help --help --version'
        ((COMP_CWORD > 2)) ||
            mapfile -t COMPREPLY < <(compgen -W "$("$program" --commands 2>/dev/null | sed 's/^cap-\([^ ]*\).*/\1/') $others" -- "$word")
        return
    fi

    local command=cap-${COMP_WORDS[1]}
    declare -F "_$command" >/dev/null ||
        { [[ -e ${BASH_SOURCE[0]%/*}/$command ]] && source "${BASH_SOURCE[0]%/*}/$command"; } || return
    # As if that had been called by its own name.
    [[ $COMP_LINE =~ ^[[:space:]]*[^[:space:]]+[[:space:]]+[^[:space:]]+ ]] || return
    local begun=${#BASH_REMATCH}
    command=${program%cap}$command
    COMP_WORDS=("$command" "${COMP_WORDS[@]:2}")
    ((COMP_CWORD -= 1, COMP_POINT += ${#command} - begun))
    COMP_LINE=$command${COMP_LINE:begun}
    "_${command##*/}" "$command" "$word" "${COMP_WORDS[COMP_CWORD - 1]}"
}

complete -o filenames -F _cap cap
