"""The tables of docs/scaling.md from what was measured, on each machine for itself."""
import math

from scaling_rows import CLASSES, DECODED, DETECTED, DETECTED_CLASSES, EMBEDDED, SHARED_IMAGES, SHARED_STEPS, SIDES, pixels_row
from tables import mib, seconds, table

# ImageNet: its training and its test images. Epochs, steps in one, images of a kind in one, pseudolabels per class at first.
TRAINING, TEST, LABELS = 1_281_167, 50_000, 1000
EPOCHS, STEPS, BATCH, K = 50, 50, 32, 16
# Lists of pseudolabels are renewed once in so many epochs, by no more than the images of one.
RENEWAL = 5

NAMES = {"vit-b-32": "ViT-B/32", "vit-b-16": "ViT-B/16", "vit-l-14": "ViT-L/14"}


class Series:
    """Rows of growing size."""

    def __init__(self, record, sizes, name):
        self.sizes, self.rows = sizes, [record[name(size)] for size in sizes]

    def __bool__(self):
        return all(self.rows)

    def of(self, value):
        return [row[value] for row in self.rows]

    def further(self, value):
        """What one more costs between the two largest sizes; nothing where it falls."""
        before, last = self.of(value)[-2:]
        return max(0, last - before) / (self.sizes[-1] - self.sizes[-2])

    def carried_on(self, value, size):
        """The value at a larger size, if each further one costs the same."""
        return self.of(value)[-1] + self.further(value) * (size - self.sizes[-1])

    def exponent(self, value="seconds"):
        return exponent(self.sizes, self.of(value))


def exponent(sizes, values):
    """Of the power of the size that fits best, by least squares of logarithms."""
    x, y = [[math.log(value) for value in list] for list in (sizes, values)]
    x, y = [[value - sum(list) / len(list) for value in list] for list in (x, y)]
    return sum(a * b for a, b in zip(x, y)) / sum(a * a for a in x)


# MARK: what was measured

def decode(record): return Series(record, DECODED, lambda images: f"decode-{images}")
def embed(record, shape="vit-b-32"): return Series(record, EMBEDDED[shape], lambda images: f"embed-{shape}-{images}")
def step(record): return Series(record, CLASSES, lambda classes: f"step-{classes}")
def detect(record): return Series(record, DETECTED, lambda images: f"detect-{images}-{DETECTED_CLASSES}")
def detect_classes(record): return Series(record, CLASSES, lambda classes: f"detect-{DETECTED[1]}-{classes}")


# MARK: tables

def images(record):
    return growth(["image", "images"], [
        ("`cap-decode`", decode(record)), ("`cap-embed`, ViT-B/32", embed(record)),
        (f"`cap-detect`, {DETECTED_CLASSES} classes", detect(record))])


def classes(record):
    return growth(["class", "classes"], [
        ("a step of `cap-finetune`", step(record)), (f"`cap-detect`, {DETECTED[1]:,} images", detect_classes(record))])


def growth(nouns, stages):
    """A line for each stage, of those that were measured."""
    one, many = nouns
    return table(["", many, "time", "grows with", f"each further {one}", "peak memory", f"each further {one}"], [
        [label, arrows(f"{size:,}" for size in found.sizes), arrows(map(seconds, found.of("seconds"))),
         f"{many}^{found.exponent():.2f}", short(found.further("seconds")), arrows(map(mib, found.of("peak"))),
         size(found.further("peak"))] for label, found in stages if found])


def pixels(record):
    found = [(sides, (sum(sides) / 2) ** 2 / 1e6, record[pixels_row(sides)]) for sides in SIDES]
    if not all(row for _, _, row in found):
        return ""
    areas, times = [area for _, area, _ in found], [row["seconds"] / row["images"] for _, _, row in found]
    return table(["sides, in pixels", "megapixels", "an image", "a megapixel", "peak memory"], [
        *([f"{sides[0]} to {sides[1]}", f"{area:.2f}", short(time), short(time / area), mib(row["peak"])]
          for (sides, area, row), time in zip(found, times)),
        ["grows with", "", f"pixels^{exponent(areas, times):.2f}", "", ""]])


def models(record):
    found = [(shape, operations(shape), embed(record, shape), record[f"model-{shape}"]) for shape in EMBEDDED]
    if not all(embedding and training for _, _, embedding, training in found):
        return ""
    work = [count for _, count, _, _ in found]
    return table(["", "GFLOP an image", "an image embedded", "peak memory", "a step", "peak memory"], [
        *([NAMES[shape], f"{count / 1e9:.1f}", short(embedding.further("seconds")), mib(embedding.of("peak")[-1]),
           seconds(training["seconds"]), mib(training["peak"])] for shape, count, embedding, training in found),
        ["grows with", "", f"FLOP^{exponent(work, [embedding.further('seconds') for _, _, embedding, _ in found]):.2f}", "",
         f"FLOP^{exponent(work, [training['seconds'] for _, _, _, training in found]):.2f}", ""]])


def operations(shape):
    """Floating-point operations of the vision transformer with an image of 224 pixels."""
    width, layers = (1024, 24) if shape == "vit-l-14" else (768, 12)
    patch = int(shape.rsplit("-", 1)[1])
    tokens = (224 // patch) ** 2 + 1
    return 2 * tokens * (3 * patch ** 2 * width + layers * (12 * width ** 2 + 2 * tokens * width))


def processes(record):
    """One process of a thread, and two, of those that were measured."""
    named = {"processes-embed": f"`cap-embed`, ViT-B/32, {SHARED_IMAGES} images",
             **{f"processes-step-{c}": f"a step of `cap-finetune`, {c:,} classes" for c in SHARED_STEPS}}
    found = [(label, record[name]) for name, label in named.items() if record[name]]
    return table(["", "one process", "two", "times as fast", "of it waiting for and exchanging with the other"], [
        [label, seconds(row["1"]["seconds"]), seconds(row["2"]["seconds"]), f"{row['gain']:.2f}",
         f"{100 * row['2']['others'] / row['2']['seconds']:.1f} %" if "others" in row["2"] else ""]
        for label, row in found]) if found else ""


def large(record):
    """What the stages would cost with ImageNet, of those that were measured."""
    decoding, embedding, training = decode(record), embed(record), step(record)
    if not all((decoding, embedding, training)):
        return ""
    count = TRAINING + TEST
    image, reading, a_step = embedding.further("seconds"), decoding.further("seconds"), training.of("seconds")[-1]
    listed = LABELS * K + EPOCHS // RENEWAL * STEPS * BATCH
    return table(["", "time", "", "peak memory", "written"], [
        ["`cap-decode`", f"{count:,} × {short(reading)}", long(count * reading), size(decoding.of("peak")[-1]),
         size(count * decoding.of("bytes")[-1] / decoding.sizes[-1])],
        ["`cap-embed`, ViT-B/32", f"{count:,} × {short(image)}", long(count * image), size(embedding.of("peak")[-1]),
         size(count * 4 * (512 + LABELS))],
        *detection(record),
        ["`cap-finetune`: steps", f"{EPOCHS} epochs × {STEPS} × {seconds(a_step)}", long(EPOCHS * STEPS * a_step),
         size(training.of("peak")[-1]), ""],
        ["`cap-finetune`: margins", f"{EPOCHS - 1} epochs × {LABELS * K:,} to {listed:,} images × {short(image)}",
         f"{long((EPOCHS - 1) * LABELS * K * image)} to {long((EPOCHS - 1) * listed * image)}", "", ""],
        ["`cap-eval`", f"{TEST:,} × {short(image)}", long(TEST * image), "", ""]])


def detection(record):
    """Its line of that table."""
    by_images, by_classes = detect(record), detect_classes(record)
    if not (by_images and by_classes):
        return []
    largest, longest = by_images.sizes[-1], by_images.of("seconds")[-1]
    images, classes = by_images.exponent(), by_classes.exponent()
    return [["`cap-detect --continue-clusters`",
             f"{seconds(longest)} × ({TRAINING:,} / {largest:,})^{images:.2f} "
             f"× ({LABELS:,} / {DETECTED_CLASSES})^{classes:.2f}",
             long(longest * (TRAINING / largest) ** images * (LABELS / DETECTED_CLASSES) ** classes),
             size(by_images.carried_on("peak", TRAINING)), ""]]


# Name in the document → the beginnings of its rows' names, and what makes its tables.
SECTIONS = {
    "images": (["decode", "embed-vit-b-32", "detect"], [images]),
    "classes": (["step", f"detect-{DETECTED[1]}"], [classes]),
    "pixels": (["pixels"], [pixels]),
    "models": (["embed", "model"], [models]),
    "processes": (["processes"], [processes]),
    "large": (["decode", "embed-vit-b-32", "detect", "step"], [large]),
}


# MARK: numbers in words

def arrows(values):
    return " → ".join(values)


def short(value):
    """A time of less than some seconds."""
    return f"{value * 1e6:,.0f} µs" if value < 1e-3 else f"{value * 1e3:.3g} ms" if value < 1 else seconds(value)


def long(value):
    """A time of minutes to days."""
    return (f"{value / 86400:.1f} days" if value > 2 * 86400 else f"{value / 3600:.1f} hours" if value > 7200
            else f"{value / 60:.0f} minutes")


def size(count):
    for unit, name in [(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]:
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count:.0f} bytes"
