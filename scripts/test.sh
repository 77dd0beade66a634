#!/usr/bin/env bash
# Builds and runs the tests, and ends with what was left out. Arguments go to `swift test`, such as --filter HDF5Tests.
#
# A test that cannot run says why. Where the reason is one of this machine ("this processor …", "this account …") that is all
# that can be done; what needs a program that setup installs has no excuse where CI is set, and fails.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift test -c release --disable-xctest "$@" 2>&1 | tee "$log"

skipped=$(sed -nE 's/^[^A-Za-z]*(Test|Suite) (.*) skipped(: "(.*)")?\.?$/\2: \4/p' "$log" | sort -u)
[ -n "$skipped" ] || exit 0
printf 'left out:\n%s\n' "$skipped"
if [ -n "${CI:-}" ] && grep -v ': this ' <<<"$skipped" >&2; then
    echo "these could have run here: what they need comes with scripts/setup.sh" >&2
    exit 1
fi
