#!/usr/bin/env bash
# Kills every stage at random moments, fails its writes, has two write at once and lets clocks jump, from a seed, and prints a closing
# table; ends with 1 where something was lost or came out otherwise. Called by `make torture`; fetches nothing.
#
#   torture.sh PROGRAMS WORK_DIR
#   COUNT=300    kills; 0.4 of that failing writes, a tenth of second writers and of clocks  [60]
#   LIMIT=600    seconds after which nothing new is begun (make torture SECONDS=600)
#   SEED=2       other moments  [1]
set -euo pipefail
mkdir -p "$2"
here=$(dirname "$0")
[ -e "$2/run/eval.h5" ] || "$here/small-run.sh" "$1" "$2/run"
exec python3 "$here/../Tests/Tools/torture/torture.py" "$1" "$2/run" "$here/../Tests/CLIPTests/Fixtures/quick_gelu" "$2/torture" \
    --count "${COUNT:-60}" --seconds "${LIMIT:-0}" --seed "${SEED:-1}"
