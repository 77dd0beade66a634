"""Measures CAP's stages, and their peers where there are any, and writes the tables of docs/benchmarks.md; or how they grow, and
those of docs/scaling.md.

usage: run.py bench|scaling PROGRAMS WORK_DIR DOCUMENT [--rows decode,step-47] [--again] [--peers PYTHON] [--checkout DIR]
(called by scripts/bench.sh; see `make bench` and `make scaling`)

What was measured is kept beside the document, in the JSON file of its name. A row that was measured here with the programs
as they are is not measured again, unless it is asked for by its name.
"""
import argparse
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import report  # noqa: E402
import rows  # noqa: E402
import scaling_report  # noqa: E402
import scaling_rows  # noqa: E402
import tables  # noqa: E402
from inputs import Inputs  # noqa: E402
from record import Record, this_machine  # noqa: E402

# What each of make's goals measures, and the sections of its document.
GOALS = {"bench": (rows.rows, report.SECTIONS), "scaling": (scaling_rows.rows, scaling_report.SECTIONS)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("goal", choices=GOALS)
    for name in ("programs", "work", "document"):
        parser.add_argument(name)
    parser.add_argument("--rows", default="", help="rows to measure, by their names' beginnings; none: the tables alone")
    parser.add_argument("--again", action="store_true", help="measure all rows again")
    parser.add_argument("--threads", type=int, help="of the commands, where other than the number of cores")
    parser.add_argument("--peers", help="a Python with the libraries to compare with")
    parser.add_argument("--checkout", help="a checkout of the authors' repository")
    options = parser.parse_args()

    os.makedirs(options.work, exist_ok=True)
    record = Record(os.path.splitext(options.document)[0] + ".json")
    threads = options.threads or len(os.sched_getaffinity(0))
    rows_of, sections = GOALS[options.goal]
    bench = rows.Bench(Inputs(options.programs, options.work, threads), threads, options.peers, options.checkout)
    for name, measure in wanted(rows_of(bench), options):
        # Says when the row was measured here; what it measured is in the record.
        stamp = os.path.join(options.work, "measured", name)
        if not options.rows and not options.again and name in record.of(this_machine()) and is_newer(
                stamp, os.path.join(options.programs, "cap-finetune")):
            print(f"{name}: measured since the programs were built", flush=True)
            continue
        print(f"{name}: ", end="", flush=True)
        start = time.monotonic()
        record.keep(this_machine(), name, measure(), f"THREADS={threads}" if options.threads else "")
        os.makedirs(os.path.dirname(stamp), exist_ok=True)
        open(stamp, "w").close()
        print(f"done in {time.monotonic() - start:.0f} s", flush=True)

    tables.write(options.document, options.goal, tables.parts(options.goal, sections, record.all()))
    for part in tables.parts(options.goal, sections, [record.of(this_machine())]).values():
        print("\n" + part)
    print(f"\nwrote {options.document}")


def wanted(known, options):
    """The rows that are to be measured, with what measures them."""
    prefixes = tuple(options.rows.replace(",", " ").split())
    for prefix in prefixes:
        if prefix != "none" and not any(name.startswith(prefix) for name in known):
            sys.exit(f"{options.goal}: there is no row {prefix}; there are {', '.join(known)}")
    for name, measure in known.items():
        _, _, peer = name.partition(".")
        possible = not peer or options.peers and (peer != "authors" or options.checkout)
        if possible and (not prefixes or name.startswith(prefixes)):
            yield name, measure


def is_newer(file, other):
    return os.path.exists(file) and os.path.getmtime(file) > os.path.getmtime(other)


main()
