#!/usr/bin/env bash
# Makes pages of the libraries' documentation comments, with the toolchain's DocC, of what `make build` built: BUILD.
#
#   scripts/api-pages.sh BUILD OUTPUT
#
# The pages want a web server, as DocC's always do: python3 -m http.server -d OUTPUT, then localhost:8000/documentation/.
set -euo pipefail
build=$1 output=$2
command -v docc >/dev/null || {
    echo "api-pages: there is no docc beside swift: it comes with Swift's own toolchains (swift.org/install)" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

headers=()
for folder in Sources/*/include; do headers+=(-Xcc "-I$folder"); done
for map in "$build"/*.build/module.modulemap Sources/*/module.modulemap .build/checkouts/*/Sources/*/include/module.modulemap; do headers+=(-Xcc "-fmodule-map-file=$map"); done
for flag in $(pkg-config --cflags-only-I hdf5); do headers+=(-Xcc "$flag"); done
libraries=$(swift package describe --type json |
    python3 -c 'import json, sys
for target in json.load(sys.stdin)["targets"]:
    if target["type"] == "library" and target["module_type"] == "SwiftTarget" and not target["name"].startswith("cap-"): print(target["name"])')
archives=()
for library in $libraries; do
    mkdir "$work/$library"
    swift symbolgraph-extract -module-name "$library" -I "$build/Modules" -target "$(uname -m)-unknown-linux-gnu" \
        -minimum-access-level public -output-dir "$work/$library" "${headers[@]}"
    docc convert --additional-symbol-graph-dir "$work/$library" --fallback-display-name "$library" \
        --fallback-bundle-identifier "cap.$library" --output-path "$work/$library.doccarchive" >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        exit 1
    }
    archives+=("$work/$library.doccarchive")
done
rm -rf "$output"
docc merge "${archives[@]}" --synthesized-landing-page-name CAP --synthesized-landing-page-kind Package --output-path "$output"
echo "api-pages: ${#archives[@]} libraries in $output: python3 -m http.server -d $output, then localhost:8000/documentation/"
