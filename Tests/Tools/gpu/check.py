"""Checks CAP on a GPU, then measures it beside its peers: what `make gpu-check` runs, from the bundle alone.

usage: check.py BUNDLE OUT [--device cuda] [--seconds 340] [--steps name,name] [--preload LIBRARY] [--tiny]

BUNDLE is the unpacked bundle of scripts/gpu-bundle.sh; the torch of this Python is the libtorch that its commands load. Into OUT go
log.txt, what was done as it is done, and results.jsonl, a line per finding. Every step has a time limit of its own, and none begins
that would end after --seconds. --steps names those to do, in their order, where not all are wanted. The exit status is 1 where a check failed. Without a GPU the parts that need none run, and it is said.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time

import numpy as np

START = time.monotonic()


class Failure(Exception):
    pass


class Check:
    def __init__(self, options):
        self.bundle, self.out, self.device = os.path.abspath(options.bundle), os.path.abspath(options.out), options.device
        self.deadline, self.preload, self.tiny = START + options.seconds, options.preload, options.tiny
        self.work = os.path.join(self.out, "work") if options.keep else self.scratch()
        os.makedirs(self.work, exist_ok=True)
        self.log_file = open(os.path.join(self.out, "log.txt"), "a", buffering=1)
        self.results = open(os.path.join(self.out, "results.jsonl"), "a", buffering=1)
        self.failures = []
        import torch
        self.torch = os.path.dirname(torch.__file__)
        self.has_gpu = torch.cuda.is_available() or self.preload is not None
        self.name = torch.cuda.get_device_name() if torch.cuda.is_available() else "none"

    @staticmethod
    def scratch():
        import tempfile
        return tempfile.mkdtemp(prefix="cap-gpu-")

    # MARK: - Saying

    def say(self, text):
        line = f"{time.monotonic() - START:6.1f} s  {text}"
        print(line, flush=True)
        self.log_file.write(line + "\n")

    def found(self, name, **values):
        self.results.write(json.dumps({"name": name, **values}, allow_nan=True) + "\n")
        self.say(f"{name}: " + ", ".join(f"{key} {self.short(value)}" for key, value in values.items()))

    @staticmethod
    def short(value):
        return f"{value:.5g}" if isinstance(value, float) else str(value)

    def expect(self, name, holds, **values):
        self.found(name, ok=bool(holds), **values)
        if not holds:
            self.failures.append(name)

    # MARK: - Running

    def path(self, *names):
        return os.path.join(self.work, *names)

    def left(self):
        return self.deadline - time.monotonic()

    def run(self, *command, limit=60, preload=True, quiet=False):
        """What a command printed, and its seconds."""
        command = [str(word) for word in command]
        environment = dict(os.environ)
        environment["PATH"] = os.path.join(self.bundle, "bin") + ":" + environment["PATH"]
        if command[0].startswith(("cap-", "bench-")):
            environment["LD_LIBRARY_PATH"] = ":".join(
                filter(None, [os.path.join(self.torch, "lib"), os.path.join(self.bundle, "lib"), environment.get("LD_LIBRARY_PATH")]))
            command[0] = os.path.join(self.bundle, "bin", command[0])
            if self.preload and preload and "cuda" in command:
                environment["LD_PRELOAD"] = self.preload
        start = time.monotonic()
        try:
            process = subprocess.run(
                command, cwd=self.work, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                timeout=max(1, min(limit, self.left())), text=True, errors="replace")
            output, status = process.stdout, process.returncode
        except subprocess.TimeoutExpired as error:
            output = error.stdout.decode(errors="replace") if isinstance(error.stdout, bytes) else error.stdout or ""
            status = "timeout"
        seconds = time.monotonic() - start
        line = " ".join(os.path.basename(word) if "/" in word else word for word in command)
        self.log_file.write(f"    [{seconds:.1f} s] {line}\n")
        if not quiet or status != 0:
            self.log_file.write("".join(f"    | {text}\n" for text in output.splitlines()[-40:]))
        if status != 0:
            last = [text for text in output.splitlines() if text.strip()][-3:]
            raise Failure(f"{line} ended with {status} after {seconds:.0f} s: {' / '.join(last)[:600]}")
        return output, seconds

    def peer(self, script, *arguments, limit):
        output, _ = self.run(
            sys.executable, os.path.join(self.bundle, "check", "peers", script), *arguments, "--device", self.peer_device, limit=limit)
        return [json.loads(line) for line in output.splitlines() if line.startswith("{")]

    @property
    def peer_device(self):
        return "cpu" if self.preload or not self.has_gpu else self.device

    def dataset(self, file, name):
        import h5py
        with h5py.File(self.path(file)) as opened:
            return opened[name][()] if name in opened else None

    @staticmethod
    def summary(output, name):
        for line in output.splitlines():
            if line.strip().startswith(name + "  "):
                return line.strip()[len(name):].strip()
        raise Failure(f"no line '{name}' in {output[-300:]}")

    # MARK: - Inputs

    def compute(self, device, precision="fp32"):
        return ["--device", device, "--precision", precision]

    def demonstration(self):
        """The demonstration's images, and what the CPU makes of them up to the labels of every method."""
        demo = os.path.join(self.bundle, "demo")
        self.checkpoint = ["--checkpoint", os.path.join(demo, "checkpoint")]
        self.run("cap-demo", "images", "-o", "textures", quiet=True)
        self.run("cap-decode", "textures", "-o", "images.h5", quiet=True)
        self.run("cap-embed", "images.h5", *self.checkpoint, *self.compute("cpu"), "-o", "cpu-fp32.h5")
        for paradigm in ("ul", "ssl"):
            self.run("cap-detect", "cpu-fp32.h5", "--paradigm", paradigm, "-o", f"mismatch-{paradigm}.h5", quiet=True)
            self.run("cap-describe", "cpu-fp32.h5", f"mismatch-{paradigm}.h5", *self.checkpoint, "--answers",
                     os.path.join(demo, "answers.json"), "-o", f"descriptions-{paradigm}.h5", quiet=True)
            self.run("cap-label", "cpu-fp32.h5", f"mismatch-{paradigm}.h5", f"descriptions-{paradigm}.h5", "--k", "16",
                     "-o", f"labels-{paradigm}.h5", quiet=True)

    def prepare_large(self):
        """What is measured with, made by the CPU while the checks run."""
        tokenizer = os.path.join(self.bundle, "demo", "checkpoint")
        images, photographs = (256, 16) if self.tiny else (12288, 240)

        def embedding():
            sys.path.insert(0, os.path.join(self.bundle, "check", "bench"))
            self.run("bench-probe", "photographs", "--count", photographs, "-o", "photographs", quiet=True, limit=120)
            files = sorted(os.listdir(self.path("photographs")))
            with open(os.path.join(self.bundle, "check", "dtd.txt")) as file:
                textures = file.read().split("\n")[:47]
            from inputs import BIRDS, COLORS
            birds = [f"{color} {bird}" for color in COLORS for bird in BIRDS][:200]
            for folder, names, count in (("large", textures, images), ("47", textures, 235), ("200", birds, 400)):
                for name in names:
                    os.makedirs(self.path(folder, "photographs", name))
                for index in range(count):
                    os.link(self.path("photographs", files[index % len(files)]),
                            self.path(folder, "photographs", names[index % len(names)], f"{index:06}.jpg"))
                self.run("cap-decode", f"{folder}/photographs", "--test-fraction", 0, "--shorter-side", 224, "-q",
                         "-o", f"{folder}/images.h5", limit=120)

        with concurrent.futures.ThreadPoolExecutor() as pool:
            made = [pool.submit(embedding)]
            for shape in ("vit-b-32", "vit-l-14") if self.wants_large_model else ("vit-b-32",):
                made.append(pool.submit(
                    self.run, "bench-probe", "checkpoint", shape, "--tokenizer", tokenizer, "-o", shape, limit=200, quiet=True))
            for future in made:
                future.result()
        for folder in ("47", "200"):
            self.run("bench-probe", "labels", f"{folder}/images.h5", "--checkpoint", "vit-b-32", limit=60, quiet=True)

    # MARK: - Checks

    def features_agree(self):
        expected = self.dataset("cpu-fp32.h5", "images/features")
        text = self.dataset("cpu-fp32.h5", "classes/text_features")
        for precision, bound in (("fp32", 1e-3), ("tf32", 3e-2), ("bf16", 3e-2), ("fp16", 1e-2)):
            file = f"{self.device}-{precision}.h5"
            self.run("cap-embed", "images.h5", *self.checkpoint, *self.compute(self.device, precision), "-o", file)
            difference = max(float(np.abs(self.dataset(file, name) - value).max())
                             for name, value in (("images/features", expected), ("classes/text_features", text)))
            self.expect(f"features-{precision}", difference <= bound, difference=difference, bound=bound)

    def train(self, output, device, precision="fp32", *options, labels="labels-ul.h5", limit=60):
        command = ("cap-finetune", "images.h5", "cpu-fp32.h5", labels, *self.checkpoint, *self.compute(device, precision),
                   "-o", output, *options)
        try:
            return self.run(*command, limit=limit)[0]
        except Failure as failure:
            if device == "cpu" or "--no-recording" in options:
                raise
            # What else there is to find out does not depend on it.
            self.expect("recording", False, why=str(failure))
            return self.run(*command, "--no-recording", limit=limit)[0]

    def losses(self, file):
        return np.stack([self.dataset(file, f"epochs/loss_{kind}") for kind in ("pseudolabel", "unlabeled", "labeled")])

    # An epoch of one iteration writes that iteration's losses down, and renews the margin each time.
    TWENTY = ("--epochs", "20", "--iters", "1", "--tau", "0.3")

    def losses_agree(self):
        for paradigm in ("ul", "ssl"):
            labels = f"labels-{paradigm}.h5"
            self.train(f"cpu-{paradigm}.h5", "cpu", "fp32", *self.TWENTY, labels=labels)
            expected = self.losses(f"cpu-{paradigm}.h5")
            # Rounded weights let other images pass, after which losses are of something else: said, and not judged.
            for precision, bound in (("fp32", 1e-2), ("bf16", np.inf), ("fp16", np.inf)):
                file = f"{self.device}-{paradigm}-{precision}.h5"
                self.train(file, self.device, precision, *self.TWENTY, labels=labels)
                difference = float(np.abs(self.losses(file) - expected).max())
                counts = float(np.abs(self.dataset(file, "epochs/confident_count").astype(int)
                                      - self.dataset(f"cpu-{paradigm}.h5", "epochs/confident_count").astype(int)).max())
                self.expect(f"losses-{paradigm}-{precision}", difference <= bound, difference=difference, bound=float(bound),
                            confident_difference=counts, largest=float(expected.max()))

    def same_content(self, a, b):
        import h5py

        def contents(file):
            found = {}
            with h5py.File(self.path(file)) as opened:
                opened.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
            return found
        a, b = contents(a), contents(b)
        return sorted(name for name in {*a, *b} if name not in a or name not in b or not np.array_equal(a[name], b[name])
                      and not (a[name].dtype.kind == "f" and np.array_equal(a[name], b[name], equal_nan=True)))

    def repeats_agree(self):
        options = ("--epochs", "2", "--iters", "20", "--tau", "0.3")
        for precision in ("fp32", "bf16"):
            for name, more in (("a", ()), ("b", ()), ("eager", ("--no-recording",))):
                self.train(f"repeat-{precision}-{name}.h5", self.device, precision, *options, *more)
            for other in ("b", "eager"):
                differing = self.same_content(f"repeat-{precision}-a.h5", f"repeat-{precision}-{other}.h5")
                self.expect(f"repeated-{precision}-{other}", not differing, differing=differing[:6])
        self.run("cap-embed", "images.h5", *self.checkpoint, *self.compute(self.device, "bf16"), "-o", "again.h5")
        differing = self.same_content(f"{self.device}-bf16.h5", "again.h5")
        self.expect("repeated-embed-bf16", not differing, differing=differing[:6])

    def everything_runs(self):
        runs = [("cap", "ul", modality) for modality in ("text", "visual", "multimodal", "multimodal-joint", "maple")]
        runs += [(method, "ssl", modality) for method in ("fpl", "cpl") for modality in ("text", "visual", "multimodal", "maple")]
        runs += [(method, "ssl", "text") for method in ("supervised", "ifpl", "grip")]
        runs += [(method, "ul", "maple") for method in ("cap-no-alignment", "cap-no-margin", "cap-neither", "cap-shared-adapter")]

        def one(run):
            method, paradigm, modality = run
            name = f"{method}-{paradigm}-{modality}"
            precision = ("fp32", "bf16", "fp16")[runs.index(run) % 3]
            labels = f"labels-{name}.h5"
            self.run("cap-label", "cpu-fp32.h5", f"mismatch-{paradigm}.h5", f"descriptions-{paradigm}.h5", "--method", method, "--k",
                     "8", "--rounds", "2", *self.checkpoint, "-o", labels, quiet=True)
            self.train(f"{name}.h5", self.device, precision, "--modality", modality, "--epochs", "2", "--iters", "6", "--tau", "0.3",
                       "--lr", "0.001", labels=labels, limit=100)
            self.run("cap-eval", f"{name}.h5", "images.h5", "cpu-fp32.h5", labels, *self.checkpoint,
                     *self.compute(self.device, precision), "-o", f"eval-{name}.h5", quiet=True)
            return name

        with concurrent.futures.ThreadPoolExecutor(2 if self.tiny else 8) as pool:
            futures = {run: pool.submit(one, run) for run in runs}
            for run, future in futures.items():
                try:
                    future.result()
                    self.found("runs-" + "-".join(run), ok=True)
                except Failure as failure:
                    self.expect("runs-" + "-".join(run), False, why=str(failure))

    def predictions_agree(self):
        model = f"{self.device}-ul-fp32.h5"
        for device in ("cpu", self.device):
            self.run("cap-eval", model, "images.h5", "cpu-fp32.h5", "labels-ul.h5", *self.checkpoint, *self.compute(device),
                     "-o", f"eval-{device}.h5", quiet=True)
        difference = float(np.abs(self.dataset("eval-cpu.h5", "adapted/probabilities")
                                  - self.dataset(f"eval-{self.device}.h5", "adapted/probabilities")).max())
        self.expect("predictions-fp32", difference <= 1e-2, difference=difference)
        output, _ = self.run("cap-predict", model, "textures", *self.checkpoint, *self.compute(self.device, "bf16"), "-o", "predictions.csv")
        self.found("predict", ok=True)

    def refusals(self):
        """What a person sees who asks for a GPU that is not there."""
        try:
            self.run("cap-embed", "images.h5", *self.checkpoint, "--device", "cuda:9" if self.has_gpu else "cuda", "-o", "none.h5")
            self.expect("refused-device", False, said="nothing")
        except Failure as failure:
            self.expect("refused-device", " ended with 1 " in str(failure) and "CUDA" in str(failure), said=str(failure)[-160:])

    # MARK: - Measurements

    def products(self):
        for line in self.peer("products.py", *(["--size", 256] if self.tiny else []), limit=40):
            self.found("products-" + line.pop("type"), **line)

    def step(self, classes, precision, *options, name="", iterations=300):
        iterations = 6 if self.tiny else iterations
        output, seconds = self.run(
            "cap-finetune", f"{classes}/images.h5", f"{classes}/features.h5", f"{classes}/labels.h5", "--checkpoint", "vit-b-32",
            *self.compute(self.device, precision), "--epochs", 1, "--iters", iterations, "--tau", 0, "-o", "step.h5", *options, limit=60)
        values = {"whole": seconds}
        if "--profile" in options:
            for phase in ("text", "predictions", "images", "losses", "image gradients", "text gradients", "optimizer", "together"):
                values[phase] = float(self.summary(output, phase).split()[0]) / 1000
        elif not self.preload:
            values["seconds"] = float(self.summary(output, "an iteration").split()[0]) / 1000
        if not self.preload:
            values["peak_mib"] = int(self.summary(output, "GPU memory").split()[0])
        self.found(f"step-{classes}-{precision}{name}", **values)

    def step_peer(self, classes, precisions):
        authors = os.path.join(self.bundle, "authors")
        if not os.path.isdir(authors):
            raise Failure("the bundle has no checkout of the authors' repository: make it with CAP_CHECKOUT=")
        options = ["--iterations", 1] if self.tiny else []
        for line in self.peer("official_step.py", authors, "--classes", classes, "--precisions", precisions, *options, limit=60):
            self.found(f"step-{classes}-{line.pop('precision')}.authors", **line)

    def embed(self, shape, precision, batch=None, threads=None):
        output, seconds = self.run(
            "cap-embed", "large/images.h5", "--checkpoint", shape, *self.compute(self.device, precision),
            *(["--batch", batch] if batch else []), *(["--threads", threads] if threads else []), "-o", "large.h5", limit=90)
        rate = float(re.search(r"encoder at ([\d.,]+) GFLOP/s", output)[1].replace(",", "")) * 1e9
        per_image = {"vit-b-32": 8.82e9, "vit-l-14": 162e9}[shape]
        values = {"operations": rate, "images_per_second": rate / per_image, "whole": seconds}
        if not self.preload:
            values["peak_mib"] = int(self.summary(output, "GPU memory").split()[0])
        self.found(f"embed-{shape}-{precision}" + (f"-{batch}" if batch else "") + (f"-threads-{threads}" if threads else ""), **values)

    def embed_peer(self, shape, images, batch=256):
        options = ["--batch", 2, "--images", 2] if self.tiny else ["--batch", batch, "--images", images]
        for line in self.peer("encoders.py", shape, *options, limit=60):
            self.found(f"embed-{shape}-{line.pop('type')}.transformers", **line)

    # MARK: - The order

    def steps(self):
        """Name, least seconds it takes, and what does it: what matters most comes first."""
        yield "demonstration", 5, self.demonstration
        yield "refusals", 1, self.refusals
        if not self.has_gpu:
            return
        yield "features", 10, self.features_agree
        yield "losses", 10, self.losses_agree
        yield "repeats", 10, self.repeats_agree
        yield "runs", 10, self.everything_runs
        yield "predictions", 5, self.predictions_agree
        yield "prepared", 0, self.await_large
        yield "products", 5, self.products
        for classes in (47, 200):
            yield f"step-{classes}-bf16", 6, lambda c=classes: self.step(c, "bf16")
            yield f"step-{classes}.authors", 10, lambda c=classes: self.step_peer(c, "fp16,fp32,bf16")
        yield "embed-b", 8, lambda: self.embed("vit-b-32", "bf16")
        yield "embed-b.transformers", 8, lambda: self.embed_peer("vit-b-32", 8192)
        if not self.tiny:
            yield "embed-l", 10, lambda: self.embed("vit-l-14", "bf16")
            yield "embed-l.transformers", 10, lambda: self.embed_peer("vit-l-14", 1024)
        # An iteration that is not recorded takes about 0.1 s, and one in float32 half of that.
        for precision in ("fp16", "tf32", "fp32"):
            for classes in (47, 200):
                yield f"step-{classes}-{precision}", 6, lambda c=classes, p=precision: self.step(c, p, iterations=120)
        yield "embed-b-fp16", 6, lambda: self.embed("vit-b-32", "fp16")
        yield "embed-b-fp32", 6, lambda: self.embed("vit-b-32", "fp32")
        yield "embed-b-256", 6, lambda: self.embed("vit-b-32", "bf16", batch=256)
        # Whether the GPU or what makes the views for it bounds it.
        for threads in (4, 8):
            yield f"embed-b-threads-{threads}", 6, lambda t=threads: self.embed("vit-b-32", "bf16", threads=t)
        for classes in (47, 200):
            yield f"step-{classes}-profile", 10, lambda c=classes: self.step(c, "bf16", "--profile", name="-profile", iterations=60)
        yield "step-eager", 10, lambda: self.step(47, "bf16", "--no-recording", name="-eager", iterations=100)

    def await_large(self):
        self.large.result(timeout=max(1, self.left()))

    def all(self, chosen):
        import torch
        self.say(f"GPU {self.name}, torch {torch.__version__}, {os.cpu_count()} cores, in {self.work}")
        self.results.write(json.dumps({"name": "machine", "gpu": self.name, "torch": torch.__version__, "cores": os.cpu_count()}) + "\n")
        if not self.has_gpu:
            self.say("there is no GPU here: only what needs none is done")
        pool = concurrent.futures.ThreadPoolExecutor(1)
        steps = {name: (least, step) for name, least, step in self.steps()}
        for name in chosen:
            if name not in steps:
                sys.exit(f"check.py: there is no step {name}; there are {', '.join(steps)}")
        self.wants_large_model = any(name.startswith("embed-l") for name in chosen or steps)
        if self.has_gpu:
            self.large = pool.submit(self.prepare_large)
        for name in chosen or steps:
            least, step = steps[name]
            if self.left() < least:
                self.found(name, skipped="the time is up")
                continue
            self.say(f"-- {name}")
            try:
                step()
            except Failure as failure:
                self.expect(name, False, why=str(failure))
            except Exception as error:  # Whatever it is, what comes after may still be found out.
                self.expect(name, False, why=f"{type(error).__name__}: {error}")
        self.say(f"{len(self.failures)} of the checks failed: {', '.join(self.failures)}" if self.failures else "all checks hold")
        pool.shutdown(wait=False, cancel_futures=True)
        return 1 if self.failures else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bundle")
    parser.add_argument("out")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=float, default=340)
    parser.add_argument("--steps", default="")
    parser.add_argument("--preload", help="a library that stands for a GPU")
    parser.add_argument("--tiny", action="store_true", help="sizes for a look at the check itself")
    parser.add_argument("--keep", action="store_true", help="keep the artifacts in OUT/work")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    return Check(options).all(list(filter(None, options.steps.split(","))))


# Not sys.exit, which would wait for threads.
status = main()
sys.stdout.flush()
os._exit(status)
