#!/usr/bin/env bash
# What ENGINE=slurm promises, on a real Slurm: that of cluster.sh, which this starts and stops. Ends with 1 where a promise is not kept.
#
#   Tests/Tools/slurm/check.sh PROGRAMS FOLDER [EPOCHS]
#
# PROGRAMS is the folder of built commands, such as .build/release; EPOCHS shortens trainings (2).
set -euo pipefail
[ $# -ge 2 ] || { sed -n 2,7p "$0" >&2; exit 64; }
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$1" && pwd)
mkdir -p "$2"
work=$(cd "$2" && pwd)
epochs=EPOCHS=${3:-2}
cd "$here/../../.."

trap '"$here/cluster.sh" stop "$work/cluster"' EXIT
"$here/cluster.sh" start "$work/cluster"
export SLURM_CONF=$work/cluster/slurm.conf
failures=0
check() { # NAME COMMAND…
    local name=$1
    shift
    if "$@"; then echo "ok      $name"; else echo "FAILED  $name"; failures=$((failures + 1)); fi
}
plan() { "$programs/cap-plan" "$@"; }
waiting() { [ -n "$(squeue --noheader)" ]; }
finish() { while waiting; do sleep 0.3; done; }
# The number of the last job that was handed in for a target.
job() { awk -F'\t' -v target="$2" '$2 == target { id = $1 } END { print id }' "$work/$1/slurm-jobs.tsv"; }
until_running() { until squeue --noheader --states=R --jobs="$1" 2>/dev/null | grep -q .; do sleep 0.05; done; }
identity() { "$programs/cap-inspect" "$1" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["attributes"]["identity"])'; }
same() { # FOLDER FOLDER FILE…
    local one=$1 other=$2 file theirs
    shift 2
    for file; do
        theirs=$(identity "$work/$other/$file") && [ "$(identity "$work/$one/$file")" = "$theirs" ] || {
            echo "        $file differs"
            return 1
        }
    done
}
all=(demo/{images,features}.h5 demo/ssl/{mismatch,labels,model,eval}.h5)

echo "== an empty RUNS, with Make and with Slurm"
plan demo-ssl "$epochs" RUNS="$work/make" --make >"$work/make.log" 2>&1
plan demo-ssl "$epochs" RUNS="$work/slurm" ENGINE=slurm --make
finish
check "the same contents" same make slurm "${all[@]}"
check "told again, there is nothing to do" grep -qx "everything is up to date" \
    <(plan demo-ssl "$epochs" RUNS="$work/slurm" ENGINE=slurm --make)

echo "== two processes: arrays of parts, steps over two nodes"
plan demo-ssl "$epochs" RUNS="$work/make2" PROCESSES=2 --make >"$work/make2.log" 2>&1
# As many threads each as torchrun leaves two processes of two cores.
printf '%s\n' 'all: [--cpus-per-task=1]' 'decode: []' 'finetune: [--nodes=2]' 'eval: [--nodes=2]' > "$work/two-nodes.yaml"
plan demo-ssl "$epochs" RUNS="$work/slurm2" PROCESSES=2 SLURM="$work/two-nodes.yaml" ENGINE=slurm --make
until_running "$(job slurm2 demo/ssl/model.h5)"
check "a training is on both nodes" grep -q 'capn\[1-2\]' <(squeue --noheader --format=%N --jobs="$(job slurm2 demo/ssl/model.h5)")
plan demo-ssl "$epochs" RUNS="$work/slurm2" --jobs
finish
check "the contents of two processes here" same make2 slurm2 "${all[@]}"
check "no parts are left" test ! -e "$work/slurm2/demo/features.h5.parts"

echo "== a job is cancelled, and told again"
plan demo-ssl "$epochs" RUNS="$work/again" ENGINE=slurm --make >/dev/null
until_running "$(job again demo/ssl/model.h5)"
scancel "$(job again demo/ssl/model.h5)"
plan demo-ssl "$epochs" RUNS="$work/again" ENGINE=slurm --make
finish
check "it finishes with the same contents" same make again "${all[@]}"

echo "== a task of an array is cancelled, and told again"
mkdir -p "$work/part/demo"
cp "$work/slurm2/demo/images.h5" "$work/part/demo/"
plan demo-ssl "$epochs" RUNS="$work/part" PROCESSES=2 SLURM="$work/two-nodes.yaml" ENGINE=slurm --make >/dev/null
parts=$(job part demo/features.h5.parts)
until_running "${parts}_2"
scancel "${parts}_2"
plan demo-ssl "$epochs" RUNS="$work/part" PROCESSES=2 SLURM="$work/two-nodes.yaml" ENGINE=slurm --make
finish
check "it finishes with the same contents" same make2 part "${all[@]}"

echo "== six runs, two GPUs"
printf 'all: [--nodelist=capn1]\nfinetune: [--cpus-per-task=1, "--gres=gpu:1"]\n' > "$work/gpus.yaml"
plan table1 DATASETS=demo METHODS=cap PARADIGM=ul SEEDS="1 2 3 4 5 6" "$epochs" RUNS="$work/table" SLURM="$work/gpus.yaml" \
    ENGINE=slurm --make >/dev/null
most=0 twice=0 seen=
while waiting; do
    # The numbers of the GPUs that jobs run on now.
    now=$(scontrol --details --oneliner show jobs | grep 'JobState=RUNNING' | grep -o 'GRES=gpu:1(IDX:[0-9]*)' | sort || true)
    count=$(grep -c . <<<"$now" || true)
    [ "$count" = "$(sort -u <<<"$now" | grep -c . || true)" ] || twice=$((twice + 1))
    [ "$count" -le "$most" ] || most=$count
    seen=$(printf '%s\n%s\n' "$seen" "$now" | sort -u)
    sleep 0.1
done
check "never two on one" test "$twice" = 0
check "both were used at a time" test "$most" = 2
check "the table is there" test -e "$work/table/tables/table1.md"
models=$(find "$work/table" -name model.h5 | wc -l)
check "of six runs" test "$models" = 6

[ "$failures" = 0 ] || { echo "check.sh: $failures of the promises are not kept" >&2; exit 1; }
