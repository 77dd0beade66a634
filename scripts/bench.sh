#!/usr/bin/env bash
# Measures CAP's stages and writes the tables of docs/benchmarks.md, or how they grow and those of docs/scaling.md; called by
# `make bench` and `make scaling`. Fetches nothing unless PEERS=1.
#
#   bench.sh bench|scaling PROGRAMS WORK_DIR DOCUMENT
#   ROWS=decode,step-47   rows to measure, by the beginnings of their names, or none: the tables alone; all that were not
#                         measured here since the build otherwise
#   PEERS=1               measure the peers too: transformers, open_clip, Pillow and scikit-learn are fetched from PyPI into .deps/bench
#   CAP_CHECKOUT=DIR      with PEERS=1: a checkout of github.com/Noahwangyuchen/CAP, whose training step is measured
#   THREADS=N             threads of the commands; all cores otherwise
set -euo pipefail
cd "$(dirname "$0")/.."

tools=Tests/Tools/bench
options=(--rows "${ROWS:-}")
if [ -n "${THREADS:-}" ]; then options+=(--threads "$THREADS"); fi
if [ -n "${PEERS:-}" ]; then
    packages=.deps/bench
    scripts/python-packages.sh "$tools/requirements.txt" "$packages" \
        "bench: fetching transformers, open_clip, Pillow, scikit-learn and what they need"
    # The peers run on the libtorch that CAP is linked with: it is the Python package torch, unless LIBTORCH= names a bare one.
    export PYTHONPATH="$PWD/$packages:$(dirname "${LIBTORCH:-$PWD/.deps/python/torch}")"
    options+=(--peers python3)
    if [ -n "${CAP_CHECKOUT:-}" ]; then options+=(--checkout "$CAP_CHECKOUT"); fi
fi
exec python3 "$tools/run.py" "$1" "$2" "$3" "$4" "${options[@]}"
