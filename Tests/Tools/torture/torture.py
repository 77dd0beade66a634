"""Kills commands, fails their writes, has two write at once and lets their clocks jump, and requires that nothing is lost and nothing
comes out otherwise.

    torture.py PROGRAMS RUN CHECKPOINT WORK --count 300 --seed 1

RUN is a finished run (scripts/small-run.sh). Whatever happens to a command, its output is not there, or the older one as it was, or
whole; then the same command is run again, and must make the same data as the undisturbed one. Prints a table, and ends with 1 where a
trial found otherwise. Python's own library alone is needed, and a C compiler.
"""
import argparse
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
LONGEST = 300


class Stage:
    def __init__(self, name, command, output, beside=()):
        self.name, self.command, self.output, self.beside = name, command, output, beside


def stages(programs, run, checkpoint, out):
    """Every stage with the inputs of a finished run, writing to `out`."""
    def stage(name, inputs, *options, output, beside=()):
        inputs = [str(run / path) for path in inputs]
        return Stage(name, [str(programs / f"cap-{name}"), *inputs, *options, "-q", "-o", str(out / output)], output, beside)
    with_checkpoint = ["--checkpoint", str(checkpoint), "--threads", "1"]
    yield stage("decode", ["pictures"], "--shorter-side", "40", output="images.h5")
    yield stage("embed", ["images.h5"], *with_checkpoint, output="features.h5")
    yield stage("detect", ["features.h5"], output="mismatch.h5")
    yield stage("describe", ["features.h5", "mismatch.h5"], *with_checkpoint, "--all-classes", "--answers", str(run / "answers.json"),
                output="descriptions.h5")
    yield stage("label", ["features.h5", "mismatch.h5", "descriptions.h5"], "--k", "3", output="labels.h5")
    yield stage("finetune", ["images.h5", "features.h5", "labels.h5"], *with_checkpoint, "--epochs", "4", "--iters", "3", "--batch", "4",
                "--tau", "0.3", output="model.h5", beside=["model.h5.checkpoint", "metrics.jsonl"])
    yield stage("eval", ["model.h5", "images.h5", "features.h5", "labels.h5"], *with_checkpoint, "--report", str(out / "report.html"),
                output="eval.h5", beside=["report.html"])


class Campaign:
    def __init__(self, arguments):
        self.programs, self.run, self.work = arguments.programs.resolve(), arguments.run.resolve(), arguments.work.resolve()
        self.random = random.Random(arguments.seed)
        self.base, self.out = self.work / "undisturbed", self.work / "tortured"
        for folder in (self.base, self.out):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        self.library = self.work / "failing_calls.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", self.library, pathlib.Path(__file__).with_name("failing_calls.c"), "-ldl"],
                       check=True)
        self.log = self.work / "log"
        self.faults = []
        self.seconds = {}
        for stage in stages(self.programs, self.run, arguments.checkpoint, self.base):
            began = time.monotonic()
            if self.start(stage.command).wait() != 0:
                sys.exit(f"torture: {stage.name} fails undisturbed: {self.said()}")
            self.seconds[stage.name] = time.monotonic() - began
        self.stages = list(stages(self.programs, self.run, arguments.checkpoint, self.out))

    def start(self, command, **environment):
        with open(self.log, "wb") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                    env={**os.environ, "SWIFT_BACKTRACE": "enable=no", **environment})

    def wait(self, process):
        """The exit code; a command that goes on for ever is killed and counts as a fault."""
        try:
            return process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None

    def said(self):
        return self.log.read_text(errors="replace").strip()

    def fault(self, kind, stage, what):
        self.faults.append(kind)
        print(f"{kind} {stage.name}: {what}", file=sys.stderr, flush=True)

    def is_same(self, path, name):
        """Whether an artifact is whole and has the data of the undisturbed run, and came about in the same way."""
        inspect = str(self.programs / "cap-inspect")
        verified = subprocess.run([inspect, str(path), "--verify"], capture_output=True)
        compared = subprocess.run([inspect, str(self.base / name), "--diff", str(path)], capture_output=True, text=True)
        return verified.returncode == 0 and compared.returncode == 0 and "the same parameters and the same data" in compared.stdout

    def begin(self, stage, is_replacing):
        """An empty folder, or one with an older output that can be told from a newer one."""
        shutil.rmtree(self.out)
        self.out.mkdir()
        if not is_replacing:
            return None
        older = (self.base / stage.output).read_bytes() + b"older"
        (self.out / stage.output).write_bytes(older)
        return older

    def check(self, kind, stage, older, code):
        """What is there now, and what comes of running the same again."""
        target = self.out / stage.output
        if not target.exists():
            if older:
                self.fault(kind, stage, "the older output is gone")
        elif target.read_bytes() != older and not self.is_same(target, stage.output):
            self.fault(kind, stage, "the output is not what it would be, undisturbed")
        if code != -signal.SIGKILL:
            left = [path.name for path in self.out.iterdir() if path.name.endswith(".partial")]
            if left:
                self.fault(kind, stage, f"leaves {left}")
        if target.exists() and target.read_bytes() == older:
            target.unlink()
        again = self.wait(self.start(stage.command))
        if again != 0 or not target.exists() or not self.is_same(target, stage.output):
            self.fault(kind, stage, f"run again it ends with {again}: {self.said()[-300:]}")
        remains = [path.name for path in self.out.iterdir() if path.name not in (stage.output, *stage.beside)]
        if remains:
            self.fault(kind, stage, f"{remains} remains")

    def kill(self):
        """A signal at any moment; training is interrupted up to three times before it may end."""
        stage = self.random.choice(self.stages)
        older = self.begin(stage, self.random.random() < 0.5)
        codes = []
        for _ in range(self.random.choice([1, 1, 2, 3]) if stage.name == "finetune" else 1):
            way = self.random.choice(SIGNALS)
            process = self.start(stage.command)
            time.sleep(self.random.uniform(0, self.seconds[stage.name] * 1.1))
            is_running = process.poll() is None
            if is_running:
                os.killpg(process.pid, way)
            codes.append(self.wait(process))
            if codes[-1] not in (0, -way):
                self.fault("kills", stage, f"{way.name} makes it end with {codes[-1]}: {self.said()[-300:]}")
        # What one that could not tidy up left may still be there.
        self.check("kills", stage, older, -signal.SIGKILL if -signal.SIGKILL in codes else codes[-1])
        return is_running

    def failing_write(self):
        """A full disk at any byte, or a call on the way to a durable file that fails."""
        stage = self.random.choice(self.stages)
        older = self.begin(stage, self.random.random() < 0.5)
        size = (self.base / stage.output).stat().st_size
        fault = self.random.choice([f"write:{self.random.randrange(1, int(size * 1.2))}"] * 3
                                   + [f"{name}:{self.random.choice([1, 1, 2])}" for name in ("fsync", "rename", "truncate")])
        met = self.work / "met"
        met.unlink(missing_ok=True)
        code = self.wait(self.start(stage.command, LD_PRELOAD=str(self.library), TORTURE_FOLDER=str(self.out), TORTURE_FAULT=fault,
                                    TORTURE_NOTE=str(met)))
        said = self.said()
        if code not in (0, 1):
            self.fault("writes", stage, f"{fault} makes it end with {code}: {said[-300:]}")
        elif code == 1 and (not said.startswith(f"cap-{stage.name}: ") or said.count("\n") > 1):
            self.fault("writes", stage, f"{fault} is no sentence: {said[-300:]}")
        elif code == 0 and not self.is_same(self.out / stage.output, stage.output):
            self.fault("writes", stage, f"{fault} is success, and the output is not what it would be")
        self.check("writes", stage, older, code)
        return met.exists()

    def second_writer(self):
        """Two of the same at once: either makes the output, or says that the other does."""
        stage = self.random.choice(self.stages)
        self.begin(stage, False)
        first = self.start(stage.command)
        time.sleep(self.random.uniform(0, self.seconds[stage.name] / 2))
        second = self.start(stage.command)
        codes = [self.wait(process) for process in (first, second)]
        if 0 not in codes or not set(codes) <= {0, 1}:
            self.fault("writers", stage, f"they end with {codes}: {self.said()[-300:]}")
        self.check("writers", stage, None, codes[0])
        return True

    def clock(self):
        """A clock that jumps by up to thirty years, back or on, at any look at it."""
        stage = self.random.choice(self.stages)
        self.begin(stage, False)
        jump = f"{self.random.choice([1, 2, 5, 20])}:{self.random.choice([-1, 1]) * self.random.choice([1, 3600, 10**9])}"
        code = self.wait(self.start(stage.command, LD_PRELOAD=str(self.library), TORTURE_CLOCK=jump))
        if code != 0 or not self.is_same(self.out / stage.output, stage.output):
            self.fault("clocks", stage, f"{jump} makes it end with {code}: {self.said()[-300:]}")
        self.check("clocks", stage, None, code)
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("programs", "run", "checkpoint", "work"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--count", type=int, default=60, help="kills; a third of that failing writes, a tenth of second writers and clocks")
    parser.add_argument("--seconds", type=float, default=0, help="after which nothing new is begun; 0 for no end")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    campaign = Campaign(arguments)
    end = time.monotonic() + arguments.seconds if arguments.seconds else float("inf")
    trials = {"kills": (campaign.kill, 1.0), "writes": (campaign.failing_write, 0.4), "writers": (campaign.second_writer, 0.1),
              "clocks": (campaign.clock, 0.1)}
    rows = []
    for name, (trial, share) in trials.items():
        began, tries, hit = time.monotonic(), 0, 0
        while tries < max(1, round(arguments.count * share)) and time.monotonic() < end:
            hit += bool(trial())
            tries += 1
        rows.append((name, tries, hit, campaign.faults.count(name), f"{time.monotonic() - began:.0f}"))
    print(f"{'trial':8} {'tries':>6} {'met':>6} {'faults':>6} {'time, s':>8}")
    for row in rows:
        print(f"{row[0]:8} {row[1]:6} {row[2]:6} {row[3]:6} {row[4]:>8}")
    print(f"seed {arguments.seed}: {f'{len(campaign.faults)} faults' if campaign.faults else 'nothing lost, nothing different'}")
    sys.exit(1 if campaign.faults else 0)


if __name__ == "__main__":
    main()
