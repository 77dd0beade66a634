"""Writes the SHA-256 of each wheel behind every package of a list of requirements, as PyPI's index has them, so that pip refuses any
other file (--require-hashes).

    python3 scripts/requirement-hashes.py Tests/Tools/parity/requirements.txt ...

A package is a line NAME==VERSION; its hashes are replaced. Wheels are those for Linux on x86-64 and AArch64 and those for all
platforms, of Python 3.10 and later; a package without any has the hash of its source. Other lines stay.
"""
import json
import re
import sys
import urllib.request
from pathlib import Path

WANTED = re.compile(r"-(?:py2\.py3|py3|cp3(?:8|9|1\d))-(?:none|abi3|cp31\d)-(?:any|manylinux[^-]*_(?:x86_64|aarch64))\.whl$")


def plain(name):
    """A package's name in the one way that all of its spellings come to."""
    return re.sub(r"[-_.]+", "-", name).lower()


def package(file):
    """The name and the version that a file's name says."""
    parts = file.split("-")[:2] if file.endswith(".whl") else file.removesuffix(".tar.gz").rsplit("-", 1)
    return plain(parts[0]), parts[-1]


def hashes(name, version):
    request = urllib.request.Request(
        f"https://pypi.org/simple/{plain(name)}/",
        headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(request) as answer:
        files = json.load(answer)["files"]
    files = [file for file in files if package(file["filename"]) == (plain(name), version)]
    chosen = [file for file in files if WANTED.search(file["filename"])] or [
        file for file in files if file["filename"].endswith(".tar.gz")]
    if not chosen:
        sys.exit(f"{name}=={version}: the index has no such file")
    return sorted(file["hashes"]["sha256"] for file in chosen)


for path in map(Path, sys.argv[1:]):
    lines = []
    for line in path.read_text().replace("\\\n", " ").splitlines():
        wanted = re.match(r"([A-Za-z0-9._-]+)===?(\S+)", line)
        if wanted:
            line = " \\\n    ".join([wanted[0]] + [f"--hash=sha256:{value}" for value in hashes(*wanted.groups())])
        lines.append(line + "\n")
    path.write_text("".join(lines))
