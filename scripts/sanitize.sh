#!/usr/bin/env bash
# Runs tests with a sanitizer: `address` for the C and C++ boundaries, `thread` for what runs on several threads. Further
# arguments go to `swift test`, such as --filter HDF5Tests in place of the suites chosen here.
#
# The build is one of its own, in .build-address or .build-thread: several minutes at first. libtorch is not instrumented, so
# races and leaks inside of it are not looked for.
set -euo pipefail
cd "$(dirname "$0")/.."

sanitizer=${1:-}
shift || true
options=()
case $sanitizer in
    address) suites='HDF5Tests|ArtifactsTests|ImagesTests|DataSetsTests|LanguageModelsTests|CLIPTests|TensorsTests|InspectTests' ;;
    # With a lock that ThreadSanitizer sees: Sources/Parallel/Mutex.swift.
    thread)
        options=(-Xswiftc -DTHREAD_SANITIZER)
        suites='\bParallelTests|ArtifactsTests|ImagesTests|LanguageModelsTests|LoopbackTests|TerminalTests|DemoDataTests'
        ;;
    *)
        echo "usage: scripts/sanitize.sh address|thread [swift test's options]" >&2
        exit 64
        ;;
esac
[ $# -gt 0 ] || set -- --filter "$suites"

# The Swift runtime and Foundation keep what they allocate; libtorch's constructors run before the sanitizer's.
export ASAN_OPTIONS=detect_leaks=0:detect_odr_violation=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export TSAN_OPTIONS=halt_on_error=1${TSAN_OPTIONS:+:$TSAN_OPTIONS}
CAP_SANITIZER=$sanitizer swift test -c release --disable-xctest --sanitize "$sanitizer" "${options[@]}" --scratch-path ".build-$sanitizer" "$@"
