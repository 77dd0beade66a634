#!/usr/bin/env bash
# Installs built commands with their pages and with the libraries that they need and that no package of the system brings:
# libtorch, and Swift's where the toolchain lies outside /usr.
#
#   scripts/install.sh BUILD PAGES PREFIX
#   scripts/install.sh --remove PREFIX
#
# Executables, the commands' links to them and libraries go to PREFIX/libexec/cap, where they find each other, with links in
# PREFIX/bin; pages and completions to PREFIX/share. They go without the symbols that only a debugger reads, which are two thirds of
# an executable.
set -euo pipefail

if [ "$1" = --remove ]; then
    prefix=$2
    for file in "$prefix"/libexec/cap/cap*; do
        command=$(basename "$file")
        rm -f "$prefix/bin/$command" "$prefix/share/man/man1/$command.1" \
            "$prefix/share/bash-completion/completions/$command" "$prefix/share/zsh/site-functions/_$command" \
            "$prefix/share/fish/vendor_completions.d/$command.fish"
    done
    rm -rf "$prefix/libexec/cap" "$prefix/share/cap"
    # What they leave empty, from the innermost out.
    for folder in share/{man/man1,man,bash-completion/completions,bash-completion,zsh/site-functions,zsh,fish/vendor_completions.d,fish} \
        libexec share bin; do
        if [ -d "$prefix/$folder" ]; then rmdir --ignore-fail-on-non-empty "$prefix/$folder"; fi
    done
    exit
fi
build=$1 pages=$2 prefix=$3

home=$prefix/libexec/cap share=$prefix/share
install -d "$prefix/bin" "$home" "$share"/{cap,man/man1,bash-completion/completions,zsh/site-functions,fish/vendor_completions.d}
libraries=$(ldd "$build"/{cap,cap-torch} |
    awk '$2 == "=>" && $3 ~ "^/" && $3 !~ "^/(usr/)?lib(64)?/" { print $3 }' | sort -u)
if grep -q libtorch_cuda <<<"$libraries"; then
    # A CUDA build loads more than it is linked with, gigabytes of it.
    echo "install: the commands go on using the libtorch with CUDA that they were built with: keep it where it is" >&2
    libraries=
fi
for library in $libraries; do
    install -s -m 644 "$library" "$home"
done
install -s -m 755 "$build"/{cap,cap-torch} "$home"
scripts/link-commands.sh "$home"
for command in cap $("$home/cap" --commands | cut -d ' ' -f 1); do
    ln -sf "../libexec/cap/$command" "$prefix/bin/$command"
done

cp -R pipelines demo "$share/cap"
install -m 644 scripts/parquet_to_shards.py "$share/cap"
# Draws the charts of pages.
d3=/usr/share/nodejs/d3/dist/d3.min.js
if [ -e "$d3" ]; then install -m 644 "$d3" "$share/cap"; fi
install -m 644 "$pages"/man1/*.1 "$share/man/man1"
install -m 644 "$pages"/bash/* "$share/bash-completion/completions"
install -m 644 "$pages"/zsh/* "$share/zsh/site-functions"
install -m 644 "$pages"/fish/* "$share/fish/vendor_completions.d"
