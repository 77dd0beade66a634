"""Makes small trees of the six benchmarks in the two layouts each comes in, and says what is in them.

    python3 Tests/Tools/make_layouts.py DIR

writes DIR/<data set>-<layout>/<folder>/… and beside each folder an expected.json:
{"classes": [...], "train": [[path, label], ...], "test": [...]}. Class lists come from
Tests/DataSetsTests/Fixtures/class_names, which has them as the published implementations ship them. Every image is
the same 8x8 JPEG. Needs nothing but Python's own library.
"""
import base64
import json
import pathlib
import random
import struct
import sys
import zlib

JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////"
    "////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////"
    "////////////wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAH/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QA"
    "FAEBAAAAAAAAAAAAAAAAAAAAAv/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AIAAv//Z"
)
NAMES = pathlib.Path(__file__).resolve().parent.parent / "DataSetsTests" / "Fixtures" / "class_names"
EUROSAT_FOLDERS = (
    "AnnualCrop Forest HerbaceousVegetation Highway Industrial Pasture PermanentCrop Residential River SeaLake"
).split()


def class_names(name):
    return (NAMES / f"{name}.txt").read_text(encoding="utf-8").splitlines()


class Tree:
    """A folder under construction, and what a reader should find in it."""

    def __init__(self, directory, case, folder):
        self.case = pathlib.Path(directory) / case
        self.root = self.case / folder
        self.root.mkdir(parents=True)

    def text(self, path, lines, end="\n"):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes("".join(line + end for line in lines).encode("utf-8"))

    def image(self, path):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(JPEG)

    def expect(self, classes, train, test):
        document = {"classes": classes, "train": train, "test": test}
        (self.case / "expected.json").write_text(json.dumps(document), encoding="utf-8")


def shuffled(items, seed):
    items = list(items)
    random.Random(seed).shuffle(items)
    return items


def mat_v5(variables, compressed):
    """A MATLAB 5 file of row vectors; `variables` is {name: (numpy-like type code, values)}."""
    kinds = {"B": (9, 2), "H": (11, 4), "d": (6, 9)}  # type code: (mxCLASS, miTYPE)

    def element(kind, data):
        return struct.pack("<II", kind, len(data)) + data + b"\0" * (-len(data) % 8)

    result = b"MATLAB 5.0 MAT-file".ljust(116) + b"\0" * 8 + struct.pack("<HH", 0x0100, 0x4D49)
    for name, (code, values) in variables.items():
        array_class, kind = kinds[code]
        matrix = element(6, struct.pack("<II", array_class, 0))
        matrix += element(5, struct.pack("<ii", 1, len(values)))
        matrix += element(1, name.encode("ascii"))
        matrix += element(kind, struct.pack(f"<{len(values)}{code}", *values))
        whole = element(14, matrix)
        if compressed:
            packed = zlib.compress(whole)
            whole = struct.pack("<II", 15, len(packed)) + packed
        result += whole
    return result


def dtd(directory):
    classes = class_names("dtd")
    parts = {"train": (2, 0), "val": (1, 2), "test": (1, 3)}
    official = Tree(directory, "dtd-official", "dtd")
    elevater = Tree(directory, "dtd-elevater", "DTD")
    found = {"official": {}, "elevater": {}}
    for part, (count, first) in parts.items():
        listed = [(c, f"{c}/{c}_{first + i:04d}.jpg") for c in classes for i in range(count)]
        for c, path in listed:
            official.image(f"images/{path}")
            elevater.image(f"{part}/{path}")
        in_official, in_elevater = shuffled(listed, part), shuffled(listed, part + "e")
        official.text(f"labels/{part}1.txt", [path for _, path in in_official])
        official.text(f"labels/{part}2.txt", [path for _, path in reversed(in_official)])
        lines = [f"{part}.zip@{path} {classes.index(c)}" for c, path in in_elevater]
        elevater.text(f"{part}.txt", lines, "\r\n" if part == "val" else "\n")
        found["official"][part] = [[f"images/{path}", classes.index(c)] for c, path in in_official]
        found["elevater"][part] = [[f"{part}/{path}", classes.index(c)] for c, path in in_elevater]
    elevater.text("class_names.txt", classes)
    for tree, lists in ((official, found["official"]), (elevater, found["elevater"])):
        tree.expect(classes, lists["train"] + lists["val"], lists["test"])


def flowers102(directory):
    classes = class_names("flowers102")
    # Image i + 1 has the label images[i].
    images = shuffled([label for label in range(102) for _ in range(4)], "flowers")
    numbers = {label: [i + 1 for i in range(len(images)) if images[i] == label] for label in range(102)}
    parts = {
        "trnid": shuffled((numbers[label][0] for label in range(102)), "trnid"),
        "valid": shuffled((numbers[label][1] for label in range(102)), "valid"),
        "tstid": shuffled((n for label in range(102) for n in numbers[label][2:]), "tstid"),
    }
    official = Tree(directory, "flowers102-official", "flowers-102")
    for i in range(len(images)):
        official.image(f"jpg/image_{i + 1:05d}.jpg")
    labels = mat_v5({"labels": ("B", [label + 1 for label in images])}, compressed=True)
    (official.root / "imagelabels.mat").write_bytes(labels)
    (official.root / "setid.mat").write_bytes(mat_v5({k: ("H", v) for k, v in parts.items()}, compressed=False))
    entries = {k: [[f"jpg/image_{n:05d}.jpg", images[n - 1]] for n in v] for k, v in parts.items()}
    official.expect(classes, entries["trnid"] + entries["valid"], entries["tstid"])

    elevater = Tree(directory, "flowers102-elevater", "Flowers102")
    lists = {}
    for part, key in (("train", "trnid"), ("val", "valid"), ("test", "tstid")):
        lists[part] = [[f"{part}/{images[n - 1]}/image_{n:05d}.jpg", images[n - 1]] for n in parts[key]]
        for path, _ in lists[part]:
            elevater.image(path)
        lines = [f"flowers_{part}.zip@{path.split('/', 1)[1]} {label}" for path, label in lists[part]]
        elevater.text(f"{part}.txt", lines)
    elevater.text("class_names.txt", ["  " + name + " " for name in classes])
    elevater.expect(classes, lists["train"] + lists["val"], lists["test"])


def resisc45(directory):
    classes = class_names("resisc45")
    folder = {c: c.replace(" ", "_") for c in classes}
    elevater = Tree(directory, "resisc45-elevater", "RESICS45")
    lists = {}
    for part, numbers in (("train", (1,)), ("val", (2,)), ("test", (3, 4))):
        listed = shuffled([(c, n) for c in classes for n in numbers], part)
        lists[part] = [[f"{folder[c]}/{folder[c]}_{n:03d}.jpg", classes.index(c)] for c, n in listed]
        for path, _ in lists[part]:
            elevater.image(path)
        document = {
            "categories": [{"id": i, "name": folder[c]} for i, c in enumerate(classes)],
            "images": [{"id": i, "file_name": f"{part}.zip@{path}"} for i, (path, _) in enumerate(lists[part])],
            "annotations": [{"image_id": i, "category_id": 0} for i in range(len(listed))],
        }
        elevater.text(f"{part}.json", [json.dumps(document)])
    elevater.expect(classes, lists["train"] + lists["val"], lists["test"])

    official = Tree(directory, "resisc45-official", "NWPU-RESISC45")
    train, test = [], []
    # numpy.random.RandomState(0), 45 permutations of 5 in a row; the first 4 (0.8 of 5) of each are for testing.
    for c, p in zip(classes, RESISC45_PERMUTATIONS):
        paths = [f"{folder[c]}/{folder[c]}_{n:03d}.jpg" for n in range(1, 6)]
        for path in paths:
            official.image(path)
        held = {paths[i] for i in p[:4]}
        train += [[path, classes.index(c)] for path in paths if path not in held]
        test += [[path, classes.index(c)] for path in paths if path in held]
    official.expect(classes, train, test)


def eurosat(directory):
    classes = class_names("eurosat")
    paths = {f: [f"{f}/{f}_{n}.jpg" for n in range(1, 11)] for f in EUROSAT_FOLDERS}
    elevater = Tree(directory, "eurosat-elevater", "EuroSAT")
    official = Tree(directory, "eurosat-official", "2750")
    for folder in EUROSAT_FOLDERS:
        for path in paths[folder]:
            elevater.image(path)
            official.image(path)
    listed = shuffled([path for f in EUROSAT_FOLDERS for path in paths[f][3:5]], "eurosat")
    label = {path: i for i, f in enumerate(EUROSAT_FOLDERS) for path in paths[f]}
    elevater.text("test.txt", [f"test.zip@test/{path.split('/')[1]} {label[path]}" for path in listed])
    elevater.text("class_names.txt", classes)
    # Bytewise order: _1, _10, _2, …
    training = [[p, label[p]] for f in EUROSAT_FOLDERS for p in sorted(paths[f]) if p not in listed]
    elevater.expect(classes, training, [[path, label[path]] for path in listed])

    train, test = [], []
    for folder, p in zip(EUROSAT_FOLDERS, EUROSAT_PERMUTATIONS):
        ordered = sorted(paths[folder])
        held = {ordered[i] for i in p[:2]}
        train += [[path, label[path]] for path in ordered if path not in held]
        test += [[path, label[path]] for path in ordered if path in held]
    official.expect(classes, train, test)


def cub(directory):
    birds = ["001.Black_footed_Albatross", "002.Laysan_Albatross", "003.Brewer_Blackbird", "004.Chuck_will_Widow"]
    classes = ["black footed albatross", "laysan albatross", "brewer blackbird", "chuck will widow"]
    for case, folder, inner in (("cub-official", "CUB_200_2011", ""), ("cub-elevater", "CUB", "CUB_200_2011/")):
        tree = Tree(directory, case, folder)
        listed = [(i, f"{b}/{b.split('.')[1]}_{n:04d}_{n}.jpg") for i, b in enumerate(birds) for n in range(1, 8)]
        flags = [1 if random.Random(f"cub{i}").random() < 0.5 else 0 for i in range(len(listed))]
        tree.text(inner + "classes.txt", [f"{i + 1} {b}" for i, b in enumerate(birds)])
        tree.text(inner + "images.txt", [f"{i + 1} {path}" for i, (_, path) in enumerate(listed)])
        tree.text(inner + "train_test_split.txt", [f"{i + 1} {flag}" for i, flag in enumerate(flags)])
        tree.text(inner + "image_class_labels.txt", [f"{i + 1} {c + 1}" for i, (c, _) in enumerate(listed)])
        for _, path in listed:
            tree.image(inner + "images/" + path)
        entries = [[f"images/{path}", c] for c, path in listed]
        tree.expect(
            classes,
            [entry for entry, flag in zip(entries, flags) if flag == 1],
            [entry for entry, flag in zip(entries, flags) if flag == 0],
        )


def fgvcaircraft(directory):
    classes = class_names("fgvcaircraft")
    official_name = {"F-A-18": "F/A-18", "F-16A-B": "F-16A/B"}
    official = Tree(directory, "fgvcaircraft-official", "fgvc-aircraft-2013b")
    elevater = Tree(directory, "fgvcaircraft-elevater", "FGVCAircraft")
    official.text("data/variants.txt", sorted(official_name.get(c, c) for c in classes))
    found = {"official": {}, "elevater": {}}
    for part, (count, first) in {"train": (1, 0), "val": (1, 1), "test": (1, 2)}.items():
        listed = [(c, f"{1000 * (first + i) + classes.index(c):07d}") for c in classes for i in range(count)]
        listed = shuffled(listed, part)
        for c, number in listed:
            official.image(f"data/images/{number}.jpg")
            elevater.image(f"{part}/{c}/{number}.jpg")
        official.text(f"data/images_variant_{part}.txt", [f"{n} {official_name.get(c, c)}" for c, n in listed])
        # The number is wrong on purpose: the folder says the class.
        elevater.text(f"{part}.txt", [f"{part}.zip@{c}/{n}.jpg 0" for c, n in listed])
        found["official"][part] = [[f"images/{n}.jpg", classes.index(c)] for c, n in listed]
        found["elevater"][part] = [[f"{part}/{c}/{n}.jpg", classes.index(c)] for c, n in listed]
    elevater.text("labels.txt", classes)
    for tree, lists in ((official, found["official"]), (elevater, found["elevater"])):
        tree.expect(classes, lists["train"] + lists["val"], lists["test"])


# Recorded from numpy 2.4.6: [RandomState(0)] r.permutation(5) 45 times, r.permutation(10) 10 times.
RESISC45_PERMUTATIONS = [[int(digit) for digit in word] for word in (
    "20134 02143 13402 31240 42310 23410 24130 31420 04213 42310 14230 01423 13024 20314 32140 30214 "
    "42310 03241 01423 34120 34021 31024 12034 31204 01234 42310 24103 34210 34102 30142 42031 01432 "
    "40123 10423 24103 40123 43201 41203 13240 01423 21340 43210 40132 12340 41302"
).split()]
EUROSAT_PERMUTATIONS = [[int(digit) for digit in word] for word in (
    "2849167305 3512980674 2384510697 6192758034 5274106893 1895263740 3217865490 0923567184 7891453602 "
    "1250837964"
).split()]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for make in (dtd, flowers102, resisc45, eurosat, cub, fgvcaircraft):
        make(sys.argv[1])
