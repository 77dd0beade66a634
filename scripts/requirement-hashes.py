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


def hashes(name, version):
    request = urllib.request.Request(
        f"https://pypi.org/simple/{re.sub(r'[-_.]+', '-', name).lower()}/",
        headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(request) as answer:
        files = json.load(answer)["files"]
    stem = re.compile(re.escape(re.sub(r"[-_.]+", "-", name).lower()) + "-" + re.escape(version) + r"(?:-|\.tar\.gz$)")
    # A file's name may have any of the three characters between words.
    files = [file for file in files if stem.match(re.sub(r"^[^\d]*?(?=-\d)", lambda m: re.sub(r"[-_.]+", "-", m[0]).lower(), file["filename"]))]
    chosen = [file for file in files if WANTED.search(file["filename"])] or [
        file for file in files if file["filename"].endswith(".tar.gz")]
    if not chosen:
        sys.exit(f"{name}=={version}: the index has no such file")
    return sorted(file["hashes"]["sha256"] for file in chosen)


for path in map(Path, sys.argv[1:]):
    lines = []
    for line in path.read_text().replace("\\\n", " ").splitlines():
        package = re.match(r"([A-Za-z0-9._-]+)==(\S+)", line)
        if package:
            line = " \\\n    ".join([package[0]] + [f"--hash=sha256:{value}" for value in hashes(*package.groups())])
        lines.append(line + "\n")
    path.write_text("".join(lines))
