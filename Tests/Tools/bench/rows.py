"""What is measured: a function per row, which returns the numbers it found."""
import contextlib
import glob
import json
import os
import re

from measuring import in_turn, median, repeated, run
from record import extensions

STEP_CLASSES = {47: 235, 200: 400, 1000: 1000}   # classes: images
PRECISIONS = ("fp32", "bf16")
# Those of a step, and that of the peers and products it is put beside. "high" is float32 from products of bfloat16, which commands refuse
# where the processor has none.
STEP_PRECISIONS = {"fp32": "fp32", "bf16": "bf16", "high": "fp32"}
EMBEDDED = 2000
DECODED = (960, 7680)
PHASES = ["margin", "text", "views", "predictions", "images", "losses", "image gradients", "text gradients", "optimizer",
          "together"]


class Bench:
    """What rows are measured with.

    peers: Python with the libraries that are compared with, or None. checkout: the authors' repository, or None.
    """

    def __init__(self, inputs, threads, peers, checkout):
        self.inputs, self.threads, self.peers, self.checkout = inputs, threads, peers, checkout

    def program(self, name):
        return self.inputs.program(name)

    def scratch(self, name):
        return os.path.join(self.inputs.folder, name)

    def peer(self, script, *arguments, threads=None):
        """The JSON that a script of peers/ prints, with its peak memory."""
        threads = str(threads or self.threads)
        outcome = run(self.peers, os.path.join(os.path.dirname(__file__), "peers", script), *arguments, environment={
            "OMP_NUM_THREADS": threads, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false",
            "PYTHONDONTWRITEBYTECODE": "1"})
        return {"peak": outcome.peak, **json.loads(outcome.output.splitlines()[-1])}

    def products(self, threads=None):
        """FLOP/s of matrix products, by precision."""
        return json.loads(run(self.program("bench-probe"), "products", "--threads", threads or self.threads).output)

    # MARK: rows

    def step(self, classes, precision, checkpoint=None, iterations=None, batch=32):
        checkpoint = checkpoint or self.inputs.checkpoint()
        training = self.inputs.training(STEP_CLASSES[classes], classes, checkpoint)
        iterations = iterations or (5 if precision == "fp32" else 8)
        outcome = run(self.program("cap-finetune"), *training, "--checkpoint", checkpoint, "--epochs", 1,
                      "--iters", iterations, "--batch", batch, "--tau", 0, "--profile", "--precision", precision,
                      "--threads", self.threads, "-o", self.scratch("model.h5"))
        phases = {phase: float(outcome.summary(phase).split()[0]) / 1000 for phase in PHASES}
        rate = float(outcome.summary("model").split()[0]) * 1e9
        return {"seconds": phases.pop("together"), "phases": phases, "peak": outcome.peak, "rate": rate,
                "products": self.products()[STEP_PRECISIONS[precision]]}

    def step_peer(self, classes, precision):
        return self.peer("official_step.py", self.checkout, "--classes", classes, "--iterations", 2,
                         *(["--bf16"] if precision == "bf16" else []))

    def embed(self, precision):
        images = self.inputs.images(EMBEDDED, 47)
        before = self.products()[precision]
        outcome = run(self.program("cap-embed"), images, "--checkpoint", self.inputs.checkpoint(), "--precision", precision,
                      "--threads", self.threads, "-o", self.scratch("features.h5"))
        rate = float(re.search(r"encoder at ([\d.]+) GFLOP/s", outcome.errors)[1]) * 1e9
        return {"seconds": outcome.seconds, "images": EMBEDDED, "rate": rate, "peak": outcome.peak,
                "products": median([before, self.products()[precision]])}

    def embed_peer(self, library):
        return self.peer("encoders.py", library, self.inputs.photographs(), "--images", 480)

    def decode(self):
        return in_turn(5, {cores: lambda c=cores: self.decode_once(DECODED[1], c) for cores in (1, 2)})

    def decode_small(self):
        return self.decode_once(DECODED[0], 1)

    def decode_once(self, images, cores):
        folders, decoded = self.inputs.folders(images, 47), self.scratch("images.h5")
        # Freeing the blocks of an old file would take time as well.
        with contextlib.suppress(FileNotFoundError):
            os.remove(decoded)
        outcome = run(self.program("cap-decode"), folders, "--test-fraction", 0, "--shorter-side", 224,
                      "--threads", cores, "-o", decoded, cores=cores)
        return {"seconds": outcome.seconds, "images": images, "peak": outcome.peak}

    def decode_peer(self):
        return in_turn(3, {processes: lambda p=processes: self.peer(
            "pillow_decoding.py", self.inputs.photographs(), "--processes", p, threads=1) for processes in (1, 2)})

    def detect(self):
        features = self.inputs.mixture(6300, 45)
        outcome = repeated(3, self.program("cap-detect"), features, "--paradigm", "ul", "--threads", self.threads,
                           "-o", self.scratch("mismatch.h5"))
        return {"seconds": outcome.seconds, "peak": outcome.peak, "given": self.given_detection()["seconds"]}

    def given_detection(self):
        """Detection from the centroids that the notebook begins with."""
        return json.loads(run(self.program("bench-probe"), "detection", self.inputs.mixture(6300, 45),
                              "--threads", self.threads).output)

    def detect_peer(self, precision):
        found = self.peer("notebook_detection.py", self.inputs.mixture(6300, 45), precision)
        return {**found, "agrees": found.pop("removed") == self.given_detection()["removed"]}

    def detect_large(self):
        outcome = run(self.program("cap-detect"), self.inputs.mixture(200_000, 1000), "--paradigm", "ul",
                      "--continue-clusters", "--threads", self.threads, "-o", self.scratch("mismatch.h5"))
        return {"seconds": outcome.seconds, "peak": outcome.peak}

    def artifacts(self):
        folder = self.scratch("artifacts")
        return json.loads(run(self.program("bench-probe"), "artifacts", "-o", folder).output)

    def startup(self):
        features = self.inputs.mixture(6300, 45)
        commands = sorted(os.path.basename(path) for path in glob.glob(self.program("cap-*")) if os.path.islink(path))
        found = {f"{command} --help": repeated(5, self.program(command), "--help").seconds for command in commands}
        found["cap-inspect features.h5"] = repeated(5, self.program("cap-inspect"), features).seconds
        return found


def rows(bench):
    """Name → what measures it, ours before the peer's, in the order in which they are measured."""
    found = {}
    found["decode"] = bench.decode
    found["decode.pillow"] = bench.decode_peer
    found["decode-small"] = bench.decode_small
    found["detect"] = bench.detect
    found["detect.notebook"] = lambda: bench.detect_peer("float32")
    found["detect.notebook-float64"] = lambda: bench.detect_peer("float64")
    for precision in PRECISIONS:
        found[f"embed-{precision}"] = lambda p=precision: bench.embed(p)
    for library in ("transformers", "open_clip"):
        found[f"embed.{library}"] = lambda l=library: bench.embed_peer(l)
    for classes in STEP_CLASSES:
        for precision in PRECISIONS:
            found[f"step-{classes}-{precision}"] = lambda c=classes, p=precision: bench.step(c, p)
            if classes < 1000:
                found[f"step-{classes}-{precision}.authors"] = lambda c=classes, p=precision: bench.step_peer(c, p)
    if {"bfloat16", "AMX"} & set(extensions()):
        found["step-47-high"] = lambda: bench.step(47, "high")
    found["artifacts"] = bench.artifacts
    found["startup"] = bench.startup
    found["detect-large"] = bench.detect_large
    return found
