"""The tables of docs/benchmarks.md from what was measured, on each machine for itself."""
from rows import DECODED, PHASES, PRECISIONS, STEP_CLASSES, STEP_PRECISIONS
from tables import mib, seconds, table, times


def per_second(values):
    return values["images"] / values["seconds"]


def step(record):
    lines = []
    for classes in STEP_CLASSES:
        for precision, compared in STEP_PRECISIONS.items():
            ours = record[f"step-{classes}-{precision}"]
            peers = {p: record[f"step-{classes}-{p}.authors"] for p in PRECISIONS}
            if not ours:
                continue
            beside = [f"{times(peers[p]['seconds'] / ours['seconds'])} {p} ({seconds(peers[p]['seconds'])})"
                      for p in PRECISIONS if peers[p] and (p == "fp32" or precision == "bf16")]
            same = peers[compared]
            lines.append([classes, precision, seconds(ours["seconds"]), mib(ours["peak"]), ", ".join(beside),
                          f"{ours['peak'] / same['peak']:.2f} of {mib(same['peak'])}" if same else "",
                          f"{ours['rate'] / 1e9:.0f} of {ours['products'] / 1e9:.0f}"])
    return table(["classes", "precision", "a step", "peak memory", "faster than the authors' modules in",
                  "memory beside theirs", "GFLOP/s of the model, of products"], lines)


def phases(record):
    measured = [(c, p, record[f"step-{c}-{p}"]) for c in STEP_CLASSES for p in STEP_PRECISIONS if record[f"step-{c}-{p}"]]
    return table(["milliseconds"] + [f"{c}, {p}" for c, p, _ in measured],
                 [[phase] + [f"{values['phases'][phase] * 1000:,.0f}" for _, _, values in measured]
                  for phase in PHASES if phase != "together"]) if measured else ""


def embed(record):
    lines = []
    for precision in PRECISIONS:
        ours = record[f"embed-{precision}"]
        if ours:
            lines.append([f"`cap-embed`, {precision}", f"{per_second(ours):.1f}", mib(ours["peak"]),
                          f"{ours['rate'] / 1e9:.0f} GFLOP/s, products {ours['products'] / 1e9:.0f}: "
                          f"{ours['rate'] / ours['products']:.0%}"])
    for library in ("transformers", "open_clip"):
        peer = record[f"embed.{library}"]
        if peer:
            beside = [f"{p} is {times(per_second(record[f'embed-{p}']) / per_second(peer))} as fast"
                      for p in PRECISIONS if record[f"embed-{p}"]]
            lines.append([f"{library}, {peer['dtype']}", f"{per_second(peer):.1f}", mib(peer["peak"]), "; ".join(beside)])
    return table(["", "images a second", "peak memory", ""], lines)


def decode(record):
    lines = []
    ours, peer, small = record["decode"], record["decode.pillow"], record["decode-small"]
    for name, measured in (("Pillow, nothing written", peer), ("`cap-decode`, `images.h5` written", ours)):
        if measured:
            lines.append([name] + [f"{per_second(measured[cores]):,.0f}" for cores in "12"] + [times(measured["gain"])])
    if peer and ours:
        lines.append(["ratio"] + [times(per_second(ours[cores]) / per_second(peer[cores])) for cores in "12"] + [""])
    if small and ours:
        lines.append([f"peak memory of {DECODED[0]:,} images and of {DECODED[1]:,}", mib(small["peak"]),
                      mib(ours["1"]["peak"]), ""])
    return table(["images a second", "one core", "two cores", "two over one"], lines)


def detect(record):
    lines = []
    ours, peer, large = record["detect"], record["detect.notebook"], record["detect-large"]
    double = record["detect.notebook-float64"]
    if ours:
        lines.append(["6,300 × 512, 45 classes, `cap-detect`", seconds(ours["seconds"]), mib(ours["peak"]), ""])
        lines.append(["the same, from given centroids, without files", seconds(ours["given"]), "",
                      f"{times(peer['seconds'] / ours['given'])} as fast" if peer else ""])
    for found, precision in ((peer, "float32"), (double, "float64")):
        if found:
            lines.append([f"the notebook with scikit-learn {found['version']}, from given centroids, {precision}",
                          seconds(found["seconds"]), mib(found["peak"]),
                          "the same order of removal" if found["agrees"] else "another order"])
    if large:
        lines.append(["200,000 × 512, 1,000 classes, `--continue-clusters`", seconds(large["seconds"]), mib(large["peak"]), ""])
    return table(["", "time", "peak memory", ""], lines)


def artifacts(record):
    found = record["artifacts"]
    names = [name for name in ("images written", "images read", "features written", "features read") if name in found]
    plain = {name: found[f"{name} plainly"] for name in names}
    return table(["", "MB a second", "plain files", ""],
                 [[name, f"{found[name] / 1e6:,.0f}", f"{plain[name] / 1e6:,.0f}", f"{found[name] / plain[name]:.0%}"]
                  for name in names])


def startup(record):
    return table(["", "milliseconds, median of five"],
                 [[f"`{name}`", f"{value * 1000:.0f}"] for name, value in record["startup"].items()])


# Name in the document → the beginnings of its rows' names, and what makes its tables.
SECTIONS = {
    "step": (["step"], [step, phases]),
    "embed": (["embed"], [embed]),
    "decode": (["decode"], [decode]),
    "detect": (["detect"], [detect]),
    "artifacts": (["artifacts"], [artifacts]),
    "startup": (["startup"], [startup]),
}
