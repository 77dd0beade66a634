"""Compares CAP with transformers, open_clip, torchvision and Pillow, and writes the table of docs/parity.md.

usage: run.py PROBE WORK_DIR IMAGES_DIR REPORT      (called by scripts/parity.sh; see `make parity`)

Fails where a difference is larger than what docs/parity.md promises.
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import torchvision_without_operators  # noqa: F401, E402
import torch  # noqa: E402

import models  # noqa: E402
import preprocessing  # noqa: E402
import tokenizers_parity as tokenizers  # noqa: E402
from probe import Probe  # noqa: E402

MOST_RELATIVE_ERROR, LEAST_COSINE, MOST_LEVELS, MOST_DIFFERING = 1e-4, 0.9999, 2, 0.01


def main():
    program, work, images, report = sys.argv[1:]
    probe = Probe(os.path.abspath(program), os.path.abspath(work))
    failures = []

    def check(holds, what):
        print(("ok      " if holds else "DIFFERS ") + what, flush=True)
        if not holds:
            failures.append(what)

    lines = ["### Tokens", "", "| against | texts | that differ | |", "|---|---|---|---|"]
    for library, count, differing, note in tokenizers.compare(probe):
        check(not differing, f"tokens of {library}: {len(differing)} of {count} texts differ {[ascii(t) for t in differing[:3]]}")
        lines.append(f"| {library} | {count:,} | {len(differing)} | {note} |")

    rows, ours, theirs, library = preprocessing.compare(probe, images)
    lines += ["", "### Views", "", f"Against {library}.", "", "| JPEGs | images | largest difference, levels | numbers that differ |",
              "|---|---|---|---|"]
    for kind, count, largest, share in rows:
        check(largest <= MOST_LEVELS and share < MOST_DIFFERING, f"views of {count} images, {kind}: {largest} levels, {share:.3%}")
        lines.append(f"| {kind} | {count} | {largest} | {share:.3%} |")

    features = ["", "### Features", "", "| model | precision | of | against | cases | largest relative error | smallest cosine |",
                "|---|---|---|---|---|---|---|"]
    views = theirs[:: max(1, len(theirs) // 2)][:2]
    for name, shape in models.SHAPES.items():
        results = [models.with_transformers(name, shape, probe, views, probe.path("tokenizer")),
                   models.with_open_clip(name, shape, probe, views, tokenizers.VOCABULARY, trace=name == "ViT-B/32")]
        for model, precision, part, library, count, error, cosine in (row for result in results for row in result):
            holds = error <= MOST_RELATIVE_ERROR if precision == "fp32" else cosine >= LEAST_COSINE
            check(holds, f"{part} of {model} in {precision} against {library}: error {error:.1e}, cosine {cosine:.6f}")
            features.append(f"| {model} | {precision} | {part} | {library} | {count} | {error:.1e} | {cosine:.6f} |")

    # The whole way: a file, its view, its features, once with each side's view.
    worst, count = models.whole_way(probe, ours, theirs, probe.path("tokenizer"))
    check(worst >= LEAST_COSINE, f"features of {count} images from file to feature: cosine {worst:.6f}")
    lines += ["", f"Features of {count} of these images by a ViT-B/32, from CAP's views and by CAP, against those of torchvision's views",
              f"by transformers: smallest cosine {worst:.6f}."]

    text = open(report).read()
    table = "\n".join(lines + features)
    marked = re.sub(r"(?s)(<!-- from make parity -->\n).*(<!-- end -->)", lambda m: m[1] + "\n" + table + "\n\n" + m[2], text)
    open(report, "w").write(marked)
    print(f"wrote {report}" if not failures else f"{len(failures)} comparisons failed")
    sys.exit(bool(failures))


torch.set_grad_enabled(False)
main()
