#!/usr/bin/env bash
# Installs built commands with the libraries that they need and that no package of the system brings: libtorch, and
# Swift's where the toolchain lies outside /usr. Used by `make install`.
#
#   scripts/install-commands.sh BUILD PREFIX COMMAND…
#
# The files go to PREFIX/libexec/cap, where the commands find the libraries beside themselves, with links in PREFIX/bin.
set -euo pipefail
build=$1 prefix=$2
shift 2

home=$prefix/libexec/cap
install -d "$prefix/bin" "$home"
libraries=$(for command; do ldd "$build/$command"; done |
    awk '$2 == "=>" && $3 ~ "^/" && $3 !~ "^/(usr/)?lib(64)?/" { print $3 }' | sort -u)
if grep -q libtorch_cuda <<<"$libraries"; then
    # A CUDA build loads more than it is linked with, gigabytes of it.
    echo "install: the commands go on using the libtorch with CUDA that they were built with: keep it where it is" >&2
    libraries=
fi
for library in $libraries; do
    install -m 644 "$library" "$home"
done
for command; do
    install -m 755 "$build/$command" "$home"
    ln -sf "../libexec/cap/$command" "$prefix/bin/$command"
done
