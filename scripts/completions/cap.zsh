#compdef cap
# Completes `cap` in zsh: its commands, and behind one of them what that completes.

local -a commands=(${${(f)"$(_call_program commands $words[1] --commands)"}#cap-})
commands=(${commands/ [^ ]# /:})
if (( CURRENT == 2 )) || [[ $words[2] == help ]]; then
    (( CURRENT > 3 )) && return
    (( CURRENT == 2 )) && commands+=('help:Show the help of a command.')
    _describe command commands
else
    words=("${words[1]%cap}cap-$words[2]" "${(@)words[3,-1]}")
    (( CURRENT -= 1 ))
    _normal
fi
