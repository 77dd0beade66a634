#!/usr/bin/env bash
# Installs what CAP needs to build and run: Debian packages (through apt-get, with sudo where needed) and libtorch,
# from the pinned `torch` wheel, into .deps/. Does nothing where everything is there. Run by `make`.
#
#   LIBTORCH=DIR   use the libtorch in DIR instead of fetching one
set -euo pipefail
cd "$(dirname "$0")/.."

torch_version=2.13.0
packages=(
    pkg-config libhdf5-dev libjpeg-dev libpng-dev libxxhash-dev libmatio-dev            # what the package links
    zlib1g-dev libcurl4-openssl-dev
    libwebp-dev libtiff-dev libgif-dev libheif-dev libavif-dev                          # further formats of images
    libarchive-dev                                                                      # images in tar archives
    hdf5-tools                                                                          # h5dump, for looking and for the tests
    gnuplot-nox                                                                         # the charts of the report
    python3                                                                             # with pip, to fetch the torch wheel
)
# Where libheif comes in parts, the one that decodes HEIC.
apt-cache show libheif-plugin-libde265 >/dev/null 2>&1 && packages+=(libheif-plugin-libde265)
python3 -m pip --version >/dev/null 2>&1 || packages+=(python3-pip)

command -v swift >/dev/null || {
    echo "setup: no Swift toolchain on the PATH: install Swift 6.1 or newer (swift.org/install)" >&2
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
    pip=(python3 -m pip install --quiet --disable-pip-version-check --no-compile --root-user-action=ignore)
    if ! grep -qs "__version__ = '$torch_version" .deps/python/torch/version.py; then
        echo "setup: fetching libtorch $torch_version"
        rm -rf .deps/python .deps/python.partial
        mkdir -p .deps
        "${pip[@]}" --target .deps/python.partial --no-deps "torch==$torch_version"
        # A CUDA build needs NVIDIA's libraries beside it.
        if [ -e .deps/python.partial/torch/lib/libtorch_cuda.so ]; then
            "${pip[@]}" --target .deps/python.partial --upgrade "torch==$torch_version"
        fi
        mv .deps/python.partial .deps/python
    fi
    # All that `import torch` needs: the tests load exported models in Python.
    [ -e .deps/python/typing_extensions.py ] || "${pip[@]}" --target .deps/python --no-deps typing_extensions
fi
