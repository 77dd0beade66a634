#!/usr/bin/env bash
# Compares tokens, views and features with Python's libraries, from PyPI, and writes the table of docs/parity.md.
#
#   parity.sh PROBE WORK_DIR IMAGES_DIR
set -euo pipefail
cd "$(dirname "$0")/.."

tools=Tests/Tools/parity
packages=.deps/parity
[ -d "${3:-}" ] || {
    echo "parity: IMAGES= must be a folder of images, and '${3:-}' is none" >&2
    exit 1
}
scripts/python-packages.sh "$tools/requirements.txt" "$packages" \
    "parity: fetching transformers, open_clip, torchvision and what they need"
# libtorch is the Python package torch, unless LIBTORCH= names a bare one.
torch=$(dirname "${LIBTORCH:-$PWD/.deps/python/torch}")
TOKENIZERS_PARALLELISM=false HF_HUB_OFFLINE=1 PYTHONPATH="$packages:$torch" PYTHONDONTWRITEBYTECODE=1 \
    python3 "$tools/run.py" "$1" "$2" "$3" docs/parity.md
