#!/usr/bin/env bash
# Makes manual pages and completions from the commands' own help: BUILD is where the commands and generate-manual were built.
#
#   scripts/command-pages.sh BUILD PAGES
set -euo pipefail
build=$1 pages=$2
rm -rf "$pages"
mkdir -p "$pages"/{man1,bash,zsh,fish}
for command in $("$build/cap" --commands | cut -d ' ' -f 1); do
    "$build/generate-manual" "$build/$command" --output-directory "$pages/man1"
    # generate-manual gives every command the help that one with subcommands has. Characters beyond ASCII are written so that every
    # terminal's man shows them or what it has in their place.
    [[ $("$build/$command" --help) == *$'\nSUBCOMMANDS:'* ]] ||
        sed -i -e '/^\.Ar subcommand$/d' -e '/^\.It Em help$/,/^\.El$/d' "$pages/man1/$command.1"
    perl -CSD -i -pe 's/([^\x00-\x7F])/sprintf "\\[u%04X]", ord $1/ge' "$pages/man1/$command.1"
    scripts/completions.sh "$build/$command" bash > "$pages/bash/$command"
    scripts/completions.sh "$build/$command" zsh > "$pages/zsh/_$command"
    scripts/completions.sh "$build/$command" fish > "$pages/fish/$command.fish"
done
