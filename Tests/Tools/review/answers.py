"""What answers are worth: makes the demonstration with a few seeds, answers 40 questions of cap-review in their order and 40
random ones with the truth, makes it again with each, and prints the accuracies as the table of docs/review.md.

    python3 Tests/Tools/review/answers.py BIN RUNS [--answers 40] [--seeds 1,2,3] [NAME=VALUE ...]

Further words are variables of Make, such as THREADS=1 or EPOCHS=10.
"""

import argparse
import csv
import json
import random
import statistics
import subprocess
from pathlib import Path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=Path)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--answers", type=int, default=40)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("values", nargs="*")
    given = parser.parse_intermixed_args()
    run = given.runs / "demo" / "ul"
    review = run / "review.json"
    rows = []
    for seed in given.seeds.split(","):

        def make():
            command = [given.bin / "cap-plan", "demo-ul", f"RUNS={given.runs}", f"SEED={seed}", *given.values, "--make"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            value = [given.bin / "cap-inspect", run / "eval.h5", "--value", "metrics/adapted/accuracy"]
            return 100 * float(subprocess.run(value, check=True, capture_output=True, text=True).stdout)

        def answered(paths):
            # The demonstration's folders are its truth.
            review.write_text(json.dumps({"labels": {path: path.split("/")[1] for path in paths}}))
            return make()

        review.unlink(missing_ok=True)
        before = make()
        table = given.runs / "order.csv"
        command = [given.bin / "cap-review", run, "--csv", table, "--count", "100000", "-q"]
        subprocess.run(command, check=True)
        questions = list(csv.DictReader(table.open(newline="")))
        wrong = [question["class"] != question["path"].split("/")[1] for question in questions]
        paths = [question["path"] for question in questions]
        drawn = random.Random(int(seed)).sample(range(len(paths)), given.answers)
        ordered = answered(paths[: given.answers])
        by_chance = answered([paths[place] for place in drawn])
        review.unlink()
        rows.append((before, ordered, by_chance, sum(wrong[: given.answers]), sum(wrong[place] for place in drawn)))
        print(f"| {seed} | {before:.1f} | {ordered:.1f} | {by_chance:.1f} | {rows[-1][3]} | {rows[-1][4]} |", flush=True)
    means = [statistics.mean(column) for column in zip(*rows)]
    print("| mean | " + " | ".join(f"{mean:.1f}" for mean in means) + " |")


if __name__ == "__main__":
    main()
