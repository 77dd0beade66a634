#!/usr/bin/env bash
# Makes the bundle with which a machine with a GPU checks and measures CAP, whatever that machine lacks besides Python and torch:
# the commands, built against the torch package that it has, and the check itself. Called by `make gpu-check`.
#
#   gpu-bundle.sh FOLDER
#   TORCH=2.11.0           the torch package of the machine with the GPU
#   CUDA_HEADERS="…"       NVIDIA's packages with the headers of the CUDA that it was built with
#   CAP_CHECKOUT=DIR       a checkout of github.com/Noahwangyuchen/CAP to take along, whose training step is measured
set -euo pipefail
cd "$(dirname "$0")/.."

out=$1
torch=${TORCH:-2.11.0}
# The listed packages have hashes; others are taken as they come.
wanted=(--require-hashes -r scripts/libtorch/gpu-bundle.txt)
# shellcheck disable=SC2206
[ -z "${TORCH:-}${CUDA_HEADERS:-}" ] ||
    wanted=("torch==$torch" ${CUDA_HEADERS:-nvidia-cuda-runtime==13.0.96 nvidia-cuda-crt==13.0.88})
packages=.build-cuda/python
programs=(cap cap-torch bench-probe)

if ! grep -qs "__version__ = '$torch" "$packages/torch/version.py" || [ ! -d "$packages/nvidia/cu13/include/crt" ]; then
    echo "gpu-bundle: fetching torch $torch from PyPI (some 500 MB) to build against, and NVIDIA's headers"
    rm -rf "$packages"
    PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-compile --only-binary=:all: \
        --no-deps --target "$packages" --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64 \
        "${wanted[@]}"
fi
for program in "${programs[@]}"; do
    LIBTORCH=$PWD/$packages/torch swift build -c release --scratch-path .build-cuda/swift --product "$program"
done

rm -rf "$out"
mkdir -p "$out/bin" "$out/lib" "$out/demo"
for program in "${programs[@]}"; do
    cp ".build-cuda/swift/release/$program" "$out/bin/"
    strip --strip-all "$out/bin/$program"
done
scripts/link-commands.sh "$out/bin"
# glibc, libstdc++ and libgcc are the other machine's; torch's and NVIDIA's libraries lie in its Python.
{ ldd "$out"/bin/* || true; } | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' | sort -u |
    grep -vE "/torch/lib/|/nvidia/|/(libc|libm|libdl|librt|libpthread|libresolv|libstdc\+\+|libgcc_s|ld-linux[^/]*)\.so" |
    while read -r library; do cp -L "$library" "$out/lib/"; done
strip --strip-unneeded "$out"/lib/* 2> /dev/null || true
cp -r demo/checkpoint demo/answers.json "$out/demo/"
cp -r Tests/Tools/gpu "$out/check"
mkdir -p "$out/check/bench"
cp Tests/Tools/bench/{authors,inputs,measuring}.py "$out/check/bench/"
cp Tests/DataSetsTests/Fixtures/class_names/dtd.txt "$out/check/"
if [ -n "${CAP_CHECKOUT:-}" ]; then
    mkdir -p "$out/authors"
    cp -r "$CAP_CHECKOUT/custom_clip" "$CAP_CHECKOUT/models" "$out/authors/"
fi
find "$out" -name __pycache__ -prune -exec rm -rf {} +
tar -C "$out" -c . | xz -T0 -6 > "$out.tar.xz"
size=$(stat -c %s "$out.tar.xz")
echo "gpu-bundle: $out.tar.xz, $((size >> 20)) MiB"
if ((size >= 50 << 20)); then
    echo "gpu-bundle: that is 50 MiB or more" >&2
    exit 1
fi
