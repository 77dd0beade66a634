#!/usr/bin/env bash
# Checks and measures CAP on this machine's GPU with the bundle of gpu-bundle.sh; says how to on another one where there is none here.
# Called by `make gpu-check`.
#
#   gpu-check.sh BUNDLE OUT
#   PYTHON=python3   a Python with the torch package that the bundle was built against, and h5py
set -euo pipefail
bundle=$1 out=$2
python=${PYTHON:-python3}

if ! "$python" -c 'import sys, h5py, torch; sys.exit(not torch.cuda.is_available())' 2> /dev/null; then
    echo "gpu-check: $python has no torch that sees a GPU. On a machine that has one, unpack $bundle.tar.xz and run there:" >&2
    echo "    python3 check/check.py . OUT" >&2
    exit 0
fi
mkdir -p "$out"
exec "$python" "$bundle/check/check.py" "$bundle" "$out"
