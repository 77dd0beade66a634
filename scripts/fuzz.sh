#!/usr/bin/env bash
# Damaged and hostile files through every reader, from a seed, and a closing table; ends with 1 where one crashed, took 20 s or
# 1.5 GB, ended without a sentence, or was taken though it is not what was written. Called by `make fuzz`; fetches nothing.
#
#   fuzz.sh PROGRAMS WORK_DIR
#   COUNT=50000      pictures to try; a fifth of that artifacts, a fiftieth servers' answers, 0.8 % of each of two dozen others  [5000]
#   LIMIT=600        seconds after which no more files are tried (make fuzz SECONDS=600)
#   SEED=2           other damage  [1]
#   KINDS='.npy;tar' these alone, by the table's names
#   TARGETS='HTTP TIFF'    these of the libFuzzer targets alone
#   FUZZERS=0        without the libFuzzer targets, which try the C code under AddressSanitizer and UndefinedBehaviorSanitizer
set -euo pipefail
count=${COUNT:-5000} seed=${SEED:-1} seconds=${LIMIT:-0}
programs=$(cd "$1" && pwd)
mkdir -p "$2"
work=$(cd "$2" && pwd)
cd "$(dirname "$0")/.."

failed=()
[ -e "$work/run/eval.h5" ] || scripts/small-run.sh "$programs" "$work/run"
kinds=()
if [ -n "${KINDS:-}" ]; then
    while read -r kind; do kinds+=(--kinds "$kind"); done < <(tr ';' '\n' <<<"$KINDS")
fi
"$programs/fuzz-probe" "$work/files" --run "$work/run" --count "$count" --seconds "$seconds" --seed "$seed" "${kinds[@]}" ||
    failed+=("files")

# What a target is made of besides its boundary's own sources, and where its first inputs are.
fixtures=Tests/ImagesTests/Fixtures
targets=(
    "JPEG|CJPEG|-ljpeg|$fixtures/*.jpg $fixtures/codecs/*.jpg"
    "PNG|CPNG|-lpng|$fixtures/*.png $fixtures/codecs/*.png Tests/Fuzzers/PNG/*"
    "GIF|CGIF|-lgif|$fixtures/codecs/*.gif"
    "TIFF|CTIFF|-ltiff|$fixtures/codecs/*.tif"
    "WEBP|CWEBP|-lwebp -lwebpdemux|$fixtures/codecs/*.webp"
    "HEIF|CHEIF|-lheif|$fixtures/codecs/*.heic"
    "AVIF|CAVIF|-lavif|$fixtures/codecs/*.avif"
    "Vectors|CVectors|-lm|"
    "HTTP|CHTTP|-lcurl -lpthread|Tests/Fuzzers/HTTP/*"
    "SealedHDF5|CSealedHDF5 CConfine|$(pkg-config --cflags --libs hdf5 libxxhash)|$work/run/labels.h5"
)
# Tries of each: as many as there are pictures for those that take a millisecond, fewer for those that do not.
run_target() {
    local name=$1 sources=$2 flags=$3 seeds=$4 source folder=$work/fuzzers/$1 arguments=()
    mkdir -p "$folder/corpus"
    for source in $sources; do arguments+=(-ISources/"$source"/include Sources/"$source"/*.c); done
    # shellcheck disable=SC2086
    clang -g -O1 -fuse-ld=lld -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -Wno-pass-failed -ITests/Fuzzers \
        "${arguments[@]}" Tests/Fuzzers/"$name".c $flags -o "$folder/target"
    for source in $seeds; do cp "$source" "$folder/corpus/"; done
    (cd "$folder" && ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1 ./target corpus -seed="$seed" -runs="$count" \
        -timeout=20 -rss_limit_mb=1500 -max_len=65536 -print_final_stats=1 -verbosity=0 -artifact_prefix=failing- \
        -max_total_time="${LIMIT:-600}") >"$folder/log" 2>&1
}
if [ "${FUZZERS:-1}" != 0 ]; then
    printf '%-12s %10s  %s\n' target tries result
    for target in "${targets[@]}"; do
        IFS='|' read -r name sources flags seeds <<<"$target"
        [[ -z ${TARGETS:-} || " $TARGETS " == *" $name "* ]] || continue
        result=sound
        run_target "$name" "$sources" "$flags" "$seeds" || { result="a fault, see $work/fuzzers/$name/log"; failed+=("$name"); }
        tries=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/fuzzers/$name/log" | tail -1)
        printf '%-12s %10s  %s\n' "$name" "${tries:-none}" "$result"
    done
fi

if ((${#failed[@]})); then
    echo "fuzz: faults in ${failed[*]}; seed $seed" >&2
    exit 1
fi
