"""Runs programs and says how long they took and how much memory they held."""
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time


class Outcome:
    """Of one program: wall-clock seconds, peak resident memory in bytes, and what it printed."""

    def __init__(self, seconds, peak, output, errors):
        self.seconds, self.peak, self.output, self.errors = seconds, peak, output, errors

    def summary(self, name):
        """The line `name` of the summary that CAP's commands print, without the name."""
        for line in self.errors.splitlines():
            if line.strip().startswith(name + "  "):
                return line.strip()[len(name):].strip()
        sys.exit(f"bench: no line '{name}' in what was printed:\n{self.errors}")


def run(*command, environment=None, cores=None):
    """Runs a program to its end, on `cores` cores where that is given."""
    command = [str(word) for word in command]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                                   env={**os.environ, **(environment or {})},
                                   preexec_fn=(lambda: restrict(cores)) if cores else None)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0), errors.seek(0)
        outcome = Outcome(seconds, usage.ru_maxrss * 1024, output.read().decode(), errors.read().decode())
    if process.returncode != 0:
        sys.exit(f"bench: {' '.join(command)} ended with {process.returncode}:\n{outcome.errors}")
    return outcome


def run_together(processes, *command):
    """Runs a program as several processes that share its work, each of which is told its number; the first one speaks."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = """for rank in $(seq 1 $(($0 - 1))); do RANK=$rank WORLD_SIZE=$0 "$@" & done
        RANK=0 WORLD_SIZE=$0 "$@" || exit; while [ -n "$(jobs -p)" ]; do wait -n || exit; done"""
    return run("bash", "-c", script, processes, *command, environment={"MASTER_PORT": str(port)})


def restrict(cores):
    """Keeps this process to a number of cores."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def repeated(times, *command, **options):
    """The outcome of the median time, with the largest peak."""
    outcomes = sorted((run(*command, **options) for _ in range(times)), key=lambda outcome: outcome.seconds)
    middle = outcomes[len(outcomes) // 2]
    middle.peak = max(outcome.peak for outcome in outcomes)
    return middle


def in_turn(times, measures):
    """What each of `measures` finds in the median time, by its name, and how many times faster the last is than the first: the
    median of rounds of all of them, since a machine's speed changes within minutes."""
    rounds = [{name: measure() for name, measure in measures.items()} for _ in range(times)]
    found = {}
    for name in measures:
        outcomes = sorted((outcome[name] for outcome in rounds), key=lambda outcome: outcome["seconds"])
        found[str(name)] = {**outcomes[times // 2], "peak": max(outcome["peak"] for outcome in outcomes)}
    first, *_, last = measures
    return {**found, "gain": median(outcome[first]["seconds"] / outcome[last]["seconds"] for outcome in rounds)}


def median(values):
    return statistics.median(values)
