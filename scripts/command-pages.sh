#!/usr/bin/env bash
# Makes manual pages and completions from the commands' own help: BUILD is where the commands and generate-manual were built.
#
#   scripts/command-pages.sh BUILD PAGES
set -euo pipefail
build=$1 pages=$2
rm -rf "$pages"
mkdir -p "$pages"/{man1,bash,zsh,fish}
# generate-manual leaves out what is not ASCII: it is given words in its place, which become characters again behind it, written so that
# every terminal's man shows them or what it has in their place.
spelled=$(mktemp -d)
trap 'rm -rf "$spelled"' EXIT
for command in $("$build/cap" --commands | cut -d ' ' -f 1); do
    cat > "$spelled/$command" <<END
#!/bin/sh
"$(realpath "$build")/$command" "\$@" | perl -CSD -pe 's/([^\x00-\x7F])/sprintf "QuQ%04XQ", ord \$1/ge'
END
    chmod +x "$spelled/$command"
    "$build/generate-manual" "$spelled/$command" --output-directory "$pages/man1"
    perl -i -pe 's/QuQ([0-9A-F]{4})Q/\\[u$1]/g; s/^$/.Pp/; print ".fchar \\[u2026] ...\n" if $. == 1' "$pages/man1/$command.1"
    # It gives every command the help that one with subcommands has.
    [[ $("$build/$command" --help) == *$'\nSUBCOMMANDS:'* ]] ||
        sed -i -e '/^\.Ar subcommand$/d' -e '/^\.It Em help$/,/^\.El$/d' "$pages/man1/$command.1"
    scripts/completions.sh "$build/$command" bash > "$pages/bash/$command"
    scripts/completions.sh "$build/$command" zsh > "$pages/zsh/_$command"
    scripts/completions.sh "$build/$command" fish > "$pages/fish/$command.fish"
done

# `cap` by itself is no command of the argument parser.
{
    cat <<END
.Dd $(LC_ALL=C date '+%B %-d, %Y')
.Dt CAP 1
.Os
.Sh NAME
.Nm cap
.Nd adapt CLIP to a task from unlabeled images
.Sh SYNOPSIS
.Nm
.Ar command
.Op Ar argument ...
.Nm
.Cm help
.Op Ar command
.Nm
.Fl -version
.Sh COMMANDS
Each can be called by the name of its page too, as in
.Cm cap-run .
.Bl -tag -width 10n
END
    "$build/cap" --commands | while read -r command _ abstract; do
        printf '.It Cm %s\n%s\nSee\n.Xr %s 1 .\n' "${command#cap-}" "$abstract" "$command"
    done
    echo .El
} > "$pages/man1/cap.1"
cp scripts/completions/cap.bash "$pages/bash/cap"
cp scripts/completions/cap.zsh "$pages/zsh/_cap"
cp scripts/completions/cap.fish "$pages/fish"
