#!/usr/bin/env bash
# Installs what CAP needs to build and run: Debian packages (through apt-get, with sudo where needed) and libtorch,
# from the pinned `torch` wheel, into .deps/. Does nothing where everything is there. Run by `make`.
#
#   LIBTORCH=DIR   use the libtorch in DIR instead of fetching one
#   CUDA=1         fetch the build for NVIDIA's GPUs, CUDA=0 the one for CPUs; otherwise as there is an NVIDIA driver
set -euo pipefail
cd "$(dirname "$0")/.."

torch_version=2.13.0
packages=(
    pkg-config libhdf5-dev libjpeg-dev libpng-dev libxxhash-dev libmatio-dev            # what the package links
    zlib1g-dev libcurl4-openssl-dev libyaml-dev libutf8proc-dev libpcre2-dev
    libwebp-dev libtiff-dev libgif-dev libheif-dev libavif-dev                          # further formats of images
    libarchive-dev                                                                      # images in tar archives
    hdf5-tools                                                                          # h5dump, for looking and for the tests
    gnuplot-nox                                                                         # the figures of tables
    node-d3                                                                             # the charts of pages
    libgloo-dev                                                                         # what several processes talk with
    python3                                                                             # with pip, to fetch the torch wheel
)
# Where libheif comes in parts, the one that decodes HEIC.
apt-cache show libheif-plugin-libde265 >/dev/null 2>&1 && packages+=(libheif-plugin-libde265)
python3 -m pip --version >/dev/null 2>&1 || packages+=(python3-pip)

has_driver() { [ -e /proc/driver/nvidia/version ] || command -v nvidia-smi >/dev/null; }

swift_says=$(swift --version 2>&1) && swift_version=$(grep -o 'Swift version [0-9]*\.[0-9]*' <<<"$swift_says" | cut -d' ' -f3) ||
    swift_version=
if [ -z "$swift_version" ] && command -v swift >/dev/null; then
    echo "setup: swift cannot run: $(head -n 1 <<<"$swift_says"): install what https://swift.org/install lists for this system" >&2
    exit 1
fi
[ "$(printf '%s\n' 6.1 "${swift_version:-0}" | sort -V | head -n 1)" = 6.1 ] || {
    # Debian 13's package, swiftlang, is 6.0.
    [ -z "$swift_version" ] || echo "setup: this is Swift $swift_version" >&2
    cat >&2 <<'END'
setup: no Swift toolchain of 6.1 or newer on the PATH. Swift's own installer brings one:

    curl -O "https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz" && tar xzf "swiftly-$(uname -m).tar.gz" &&
        ./swiftly init && . ~/.local/share/swiftly/env.sh
END
    exit 1
}

if command -v dpkg-query >/dev/null; then
    missing=()
    for package in "${packages[@]}"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
    done
    if ((${#missing[@]})); then
        as_root=()
        if [ "$(id -u)" -ne 0 ]; then
            command -v sudo >/dev/null || {
                echo "setup: run this as root: apt-get install ${missing[*]}" >&2
                exit 1
            }
            as_root=(sudo)
        fi
        echo "setup: installing ${missing[*]}"
        "${as_root[@]}" apt-get update -qq
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${missing[@]}"
    fi
else
    echo "setup: this is not Debian or Ubuntu; make sure that these are installed: ${packages[*]}" >&2
fi

if [ -n "${LIBTORCH:-}" ]; then
    [ -e "$LIBTORCH/lib/libtorch_cpu.so" ] || {
        echo "setup: LIBTORCH=$LIBTORCH holds no lib/libtorch_cpu.so" >&2
        exit 1
    }
else
    # Wheels whose hashes are not the ones written down are refused.
    fetch() {
        PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-compile --no-deps \
            --only-binary=:all: --require-hashes --target .deps/python.partial -r "scripts/libtorch/$1" "${@:2}"
    }
    if [ "${CUDA:-}" = 1 ] || { [ -z "${CUDA:-}" ] && has_driver; }; then wants_cuda=1; else wants_cuda=; fi
    if ! grep -qs "__version__ = '$torch_version" .deps/python/torch/version.py ||
        { [ "$wants_cuda" ] && [ ! -e .deps/python/torch/lib/libtorch_cuda.so ]; }; then
        rm -rf .deps/python.partial
        mkdir -p .deps
        if [ "$wants_cuda" ]; then
            echo "setup: fetching libtorch $torch_version for NVIDIA's GPUs with NVIDIA's libraries: some 2.5 GB"
            fetch cuda.txt
        else
            echo "setup: fetching libtorch $torch_version for CPUs from PyTorch's own index: some 200 MB, 700 MB on the disk"
            fetch cpu.txt --index-url https://download.pytorch.org/whl/cpu --retries 1 --timeout 20 || {
                echo "setup: that cannot be had; fetching PyPI's build for NVIDIA's GPUs, some 540 MB, and keeping what computes on" \
                    "CPUs, 600 MB on the disk; Python cannot import it, so tests of exported models are left out"
                rm -rf .deps/python.partial
                fetch pypi-cpu.txt
                # What needs a GPU's libraries, and what only Python and other builds use.
                rm -f .deps/python.partial/torch/lib/lib{torch_cuda*,c10_cuda,torch_nvshmem,caffe2_nvrtc,torch,torch_python}.so \
                    .deps/python.partial/nvidia/cu13/lib/*.a
            }
        fi
        fetch python.txt
        rm -rf .deps/python
        mv .deps/python.partial .deps/python
    fi
fi
