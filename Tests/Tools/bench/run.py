"""Measures CAP's stages, and their peers where there are any, and writes the tables of docs/benchmarks.md.

usage: run.py PROGRAMS WORK_DIR DOCUMENT [--rows decode,step-47] [--again] [--peers PYTHON] [--checkout DIR]
(called by scripts/bench.sh; see `make bench`)

A row that was measured with the programs as they are is not measured again, unless it is asked for by its name.
"""
import argparse
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import report  # noqa: E402
import tables  # noqa: E402
from inputs import Inputs  # noqa: E402
from record import Record  # noqa: E402
from rows import Bench, rows  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    for name in ("programs", "work", "document"):
        parser.add_argument(name)
    parser.add_argument("--rows", default="", help="rows to measure, by their names' beginnings")
    parser.add_argument("--again", action="store_true", help="measure all rows again")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--peers", help="a Python with the libraries to compare with")
    parser.add_argument("--checkout", help="a checkout of the authors' repository")
    options = parser.parse_args()

    os.makedirs(options.work, exist_ok=True)
    record = Record(os.path.join(options.work, "results.json"))
    bench = Bench(Inputs(options.programs, options.work, options.threads), options.threads, options.peers, options.checkout)
    built = os.path.join(options.programs, "cap-finetune")
    wanted = tuple(options.rows.replace(",", " ").split())
    known = rows(bench)
    for name in wanted:
        if not any(row.startswith(name) for row in known):
            sys.exit(f"bench: there is no row {name}; there are {', '.join(known)}")

    for name, measure in known.items():
        _, _, peer = name.partition(".")
        if wanted and not name.startswith(wanted):
            continue
        if peer and not options.peers or peer == "authors" and not options.checkout:
            continue
        if not wanted and not options.again and record.is_newer(name, built):
            print(f"{name}: measured since the programs were built", flush=True)
            continue
        print(f"{name}: ", end="", flush=True)
        start = time.monotonic()
        record.keep(name, measure())
        print(f"done in {time.monotonic() - start:.0f} s", flush=True)

    parts = report.parts(record)
    tables.write(options.document, parts)
    for part in parts.values():
        print("\n" + part)
    print(f"\nwrote {options.document}")


main()
