#!/usr/bin/env bash
# Makes manual pages and completions from the commands' own help: BUILD is where the commands and generate-manual were built.
#
#   scripts/command-pages.sh BUILD PAGES COMMAND…
set -euo pipefail
build=$1 pages=$2
shift 2
rm -rf "$pages"
mkdir -p "$pages"/{man1,bash,zsh,fish}
for command; do
    "$build/generate-manual" "$build/$command" --output-directory "$pages/man1"
    # None has subcommands, which generate-manual overlooks.
    sed -i -e '/^\.Ar subcommand$/d' -e '/^\.It Em help$/,/^\.El$/d' "$pages/man1/$command.1"
    "$build/$command" --generate-completion-script bash > "$pages/bash/$command"
    "$build/$command" --generate-completion-script zsh > "$pages/zsh/_$command"
    "$build/$command" --generate-completion-script fish > "$pages/fish/$command.fish"
done
