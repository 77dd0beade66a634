#!/usr/bin/env bash
# Makes packages of the commands: a .deb for the distribution that this runs on, which asks for the libraries that it was built
# with by name, and a tarball of the same, to unpack anywhere. Used by `make package`.
#
#   scripts/package.sh BUILD PAGES OUTPUT
set -euo pipefail
build=$1 pages=$2 output=$3

version=$("$build/cap" --version)
distribution=$(. /etc/os-release && echo "${VERSION_CODENAME:-$ID}")
architecture=$(dpkg --print-architecture)
name=cap_$version~${distribution}_$architecture

root=$output/root
rm -rf "$root"
scripts/install.sh "$build" "$pages" "$root/usr"
# Debian's capistrano has that name, and its pages.
rm "$root"/usr/{bin/cap,share/man/man1/cap.1,share/bash-completion/completions/cap,share/zsh/site-functions/_cap} \
    "$root/usr/share/fish/vendor_completions.d/cap.fish"
documents=$root/usr/share/doc/cap
install -d "$documents" "$root/DEBIAN"
install -m 644 README.md CHANGELOG.md "$documents"
cp -R docs "$documents/docs"
install -m 644 scripts/package/copyright "$documents/copyright"

# dpkg-shlibdeps reads where it runs a debian/control, of a source package that there is none of.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/debian"
printf 'Source: cap\n\nPackage: cap\nArchitecture: any\n' > "$work/debian/control"
home=$(realpath "$root/usr/libexec/cap")
needed=$(cd "$work" && dpkg-shlibdeps -O --ignore-missing-info -l"$home" "$home"/{cap,cap-torch} "$home"/*.so* 2>"$work/warnings") || {
    cat "$work/warnings" >&2
    exit 1
}
{
    echo "Package: cap"
    echo "Version: $version~$distribution"
    echo "Architecture: $architecture"
    echo "Maintainer: The CAP authors <cap@localhost>"
    echo "Installed-Size: $(du -sk --exclude DEBIAN "$root" | cut -f1)"
    echo "Depends: ${needed#shlibs:Depends=}, make"
    echo "Suggests: gnuplot-nox | gnuplot, hdf5-tools"
    echo "Section: science"
    echo "Priority: optional"
    cat scripts/package/description
} > "$root/DEBIAN/control"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) > "$root/DEBIAN/md5sums"

dpkg-deb --root-owner-group -Zxz --build "$root" "$output/$name.deb.partial" >/dev/null
mv "$output/$name.deb.partial" "$output/$name.deb"
rm -r "$root/DEBIAN"
tar -C "$root" --owner=0 --group=0 --sort=name --transform "s,^usr,cap-$version," -I 'xz -T0' -cf "$output/$name.tar.xz.partial" usr
mv "$output/$name.tar.xz.partial" "$output/$name.tar.xz"
rm -r "$root"
ls -sh "$output/$name.deb" "$output/$name.tar.xz"
