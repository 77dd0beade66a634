"""What was measured, on which machines: a JSON file beside the document whose tables it makes."""
import datetime
import json
import os
import subprocess


class Record:
    """Rows of all machines, the one that was measured on last first."""

    def __init__(self, path):
        self.path = path
        self.machines = json.load(open(path)) if os.path.exists(path) else {}

    def of(self, machine):
        return Measurements(machine, self.machines.get(machine, {}))

    def all(self):
        return [self.of(machine) for machine in self.machines]

    def keep(self, machine, name, values, options=""):
        """Keeps what a row measured just now, in place of what it measured on that machine before.

        options: what make was told beside the rows.
        """
        row = {"date": f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}", **surroundings(), "options": options,
               "values": rounded(values)}
        others = {other: rows for other, rows in self.machines.items() if other != machine}
        self.machines = {machine: {**self.machines.get(machine, {}), name: row}, **others}
        self.write()

    def write(self):
        """A line per row, in the order of their names, so that versions of the file can be compared and merged."""
        machines = []
        for machine, rows in self.machines.items():
            lines = ",\n".join(
                f"  {json.dumps(name)}: {json.dumps(row, ensure_ascii=False)}" for name, row in sorted(rows.items()))
            machines.append(f" {json.dumps(machine, ensure_ascii=False)}: {{\n{lines}\n }}")
        with open(self.path + ".partial", "w") as file:
            file.write("{\n" + ",\n".join(machines) + "\n}\n")
        os.replace(self.path + ".partial", self.path)


class Measurements:
    """Rows of one machine."""

    def __init__(self, machine, rows):
        self.machine, self.rows = machine, rows

    def __getitem__(self, name):
        """What a row measured, or an empty dictionary."""
        return self.rows.get(name, {}).get("values", {})

    def __contains__(self, name):
        return name in self.rows

    def conditions(self, goal, prefixes):
        """Where, when and how the rows that begin so were measured: a line for each different answer."""
        alike = {}
        for name, row in self.rows.items():
            if name.startswith(tuple(prefixes)):
                alike.setdefault((row["memory"], row["software"], row["options"]), []).append(name)
        return [f"{', '.join(sorted({self.rows[name]['date'] for name in names}))}, on {self.machine}, {memory} of memory; "
                f"{software}: `{command(goal, prefixes, names, options)}`."
                for (memory, software, options), names in alike.items()]


def command(goal, prefixes, names, options):
    """What measures these rows of those that begin so."""
    peers = {peer for _, _, peer in (name.partition(".") for name in names) if peer}
    words = [f"make {goal} ROWS={','.join(prefixes)}", "PEERS=1" if peers else "",
             "CAP_CHECKOUT=~/src/CAP" if "authors" in peers else "", options]
    return " ".join(word for word in words if word)


def rounded(values):
    """Numbers to six digits: more were not measured."""
    if isinstance(values, dict):
        return {name: rounded(value) for name, value in values.items()}
    return float(f"{values:.6g}") if isinstance(values, float) else values


def cpuinfo(field):
    """What /proc/cpuinfo has of the first core."""
    for line in open("/proc/cpuinfo"):
        key, _, value = line.partition(":")
        if key.strip() == field:
            return " ".join(value.split())
    return "?"


def extensions():
    """What the processor can compute with, of what times depend on most."""
    flags = cpuinfo("flags").split()
    return [name for flag, name in [("avx2", "AVX2"), ("avx512f", "AVX-512"), ("avx512_bf16", "bfloat16"), ("amx_tile", "AMX")]
            if flag in flags]


def this_machine():
    """The processor, its extensions and how many cores there are, in words: what times depend on most."""
    return f"{len(os.sched_getaffinity(0))} cores of {cpuinfo('model name')} ({', '.join(extensions())})"


def surroundings():
    """Memory and software, in words."""
    memory = next(int(line.split()[1]) for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    system = next((line.split("=", 1)[1].strip().strip('"') for line in open("/etc/os-release")
                   if line.startswith("PRETTY_NAME")), "?")
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    swift = next((word for word in swift.split() if word[:1].isdigit()), "?")
    return {"memory": f"{memory / (1 << 20):.0f} GiB", "software": f"{system}, libtorch {libtorch()}, Swift {swift}"}


def libtorch():
    folder = os.environ.get("LIBTORCH", ".deps/python/torch")
    for name in ("version.py", "build-version"):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            text = open(path).read()
            return text.split("__version__ = '")[-1].split("'")[0].strip()
    return "?"
