"""What was measured, kept in a JSON file from run to run."""
import datetime
import json
import os
import subprocess


class Record:
    def __init__(self, path):
        self.path = path
        self.rows = json.load(open(path)) if os.path.exists(path) else {}

    def __getitem__(self, row):
        """What a row measured, or an empty dictionary."""
        return self.rows.get(row, {}).get("values", {})

    def __contains__(self, row):
        return row in self.rows

    def is_newer(self, row, file):
        return row in self.rows and self.rows[row]["time"] > os.path.getmtime(file)

    def keep(self, row, values):
        now = datetime.datetime.now(datetime.timezone.utc)
        self.rows[row] = {"values": values, "time": now.timestamp(), "date": f"{now:%Y-%m-%d}", **surroundings()}
        with open(self.path + ".partial", "w") as file:
            json.dump(self.rows, file, indent=1)
        os.replace(self.path + ".partial", self.path)

    def conditions(self, prefixes):
        """Where and when rows were measured, a line for each different answer."""
        found = {}
        for name, row in self.rows.items():
            if name.startswith(tuple(prefixes)):
                found.setdefault((row["machine"], row["software"]), set()).add(row["date"])
        return [f"{', '.join(sorted(dates))}, on {machine}; {software}." for (machine, software), dates in found.items()]


def surroundings():
    """The machine and the software, in words."""
    processor = flags = "?"
    for line in open("/proc/cpuinfo"):
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            processor = " ".join(value.split())
        elif key.strip() == "flags":
            flags = value.split()
    extensions = [name for flag, name in [("avx2", "AVX2"), ("avx512f", "AVX-512"), ("avx512_bf16", "bfloat16"),
                                          ("amx_tile", "AMX")] if flag in flags]
    memory = next(int(line.split()[1]) for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    system = next((line.split("=", 1)[1].strip().strip('"') for line in open("/etc/os-release")
                   if line.startswith("PRETTY_NAME")), "?")
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    swift = next((word for word in swift.split() if word[:1].isdigit()), "?")
    return {
        "machine": f"{len(os.sched_getaffinity(0))} cores of {processor} ({', '.join(extensions)}), "
                   f"{memory / (1 << 20):.0f} GiB of memory",
        "software": f"{system}, libtorch {libtorch()}, Swift {swift}",
    }


def libtorch():
    folder = os.environ.get("LIBTORCH", ".deps/python/torch")
    for name in ("version.py", "build-version"):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            text = open(path).read()
            return text.split("__version__ = '")[-1].split("'")[0].strip()
    return "?"
