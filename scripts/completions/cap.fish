# Completes `cap` in fish: its commands, and behind one of them what that completes.

function __cap_commands
    cap --commands 2>/dev/null | string replace --regex '^cap-(\S+) \S+ ' '$1\t'
end

function __cap_of_command
    set -l words (commandline --tokenize --current-process --cut-at-cursor)
    complete --do-complete "cap-"(string join ' ' -- (string escape -- $words[2..]) (commandline --current-token --cut-at-cursor))
end

complete -c cap -f
complete -c cap -n __fish_use_subcommand -a '(__cap_commands)'
complete -c cap -n __fish_use_subcommand -a help -d 'Show the help of a command.'
complete -c cap -n '__fish_seen_subcommand_from help' -a '(__cap_commands)'
complete -c cap -n 'not __fish_use_subcommand; and not __fish_seen_subcommand_from help' -a '(__cap_of_command)'
