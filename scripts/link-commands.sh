#!/usr/bin/env bash
# Makes the links that the commands are called by, beside the executables `cap` and `cap-torch` that hold them.
#
#   scripts/link-commands.sh FOLDER
set -euo pipefail
cd "$1"
# A link that is right stays, so that commands can be called meanwhile.
./cap --commands | while read -r command executable _; do
    [ "$(readlink "$command")" = "$executable" ] || ln -sf "$executable" "$command"
done
