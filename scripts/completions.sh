#!/usr/bin/env bash
# Prints a command's completions for bash, zsh or fish, without the `help` that only a command with subcommands has.
#
#   scripts/completions.sh COMMAND bash|zsh|fish
set -euo pipefail
name=$(basename "$1")
script=$("$1" --generate-completion-script "$2")
if [[ $("$1" --help) == *$'\nSUBCOMMANDS:'* ]]; then
    echo "$script"
    exit
fi
case $2 in
    bash) filter='/^    # Offer subcommand \/ subcommand argument completions$/,/^    esac$/d' ;;
    zsh) filter="/ :->command'\$/d; / :->arg'\$/d; /^    case \"\\\${state}\" in\$/,/^    esac\$/d" ;;
    fish) filter="/\"$name help\"/d; /-fa 'help' -d 'Show subcommand help/d" ;;
esac
sed -e "$filter" -e "/^_${name}_help() {\$/,/^}\$/d" <<<"$script"
