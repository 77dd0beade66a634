#!/usr/bin/env bash
# Fetches the Python packages of a list from PyPI into a folder of their own, unless they are there already; a
# file whose hash is not in the list (scripts/requirement-hashes.py) is refused.
#
#   python-packages.sh REQUIREMENTS FOLDER MESSAGE     says MESSAGE before it fetches
set -euo pipefail

if ! cmp -s "$1" "$2/requirements.txt"; then
    echo "$3"
    rm -rf "$2"
    PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
        --target "$2" -r "$1"
    cp "$1" "$2/requirements.txt"
fi
