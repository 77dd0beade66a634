"""What is measured of how time and memory grow: a function per row, at three sizes each."""
import os

from measuring import in_turn, repeated, run, run_together
from rows import STEP_CLASSES

DECODED = (500, 2000, 8000)
# Images by model. What the last number of them takes more than the one before says what an image costs without the start.
EMBEDDED = {"vit-b-32": (125, 500, 2000), "vit-b-16": (48, 144), "vit-l-14": (48, 96)}
DETECTED = (5000, 20_000, 80_000)
DETECTED_CLASSES = 200      # where the number of images grows; where that of classes does, it is the middle number of images
CLASSES = (47, 200, 1000)
MODEL_BATCH = 8             # images of each kind in a step of each model: 32 of ViT-L/14 need more memory than many machines have
# Processes of a thread each, of which the last are compared with the first; classes of a step, with its iterations besides the first.
PROCESSES = (1, 2)
SHARED_STEPS = {47: 4, 1000: 2}
SHARED_IMAGES = 500
# Shortest and longest side in pixels, and how many files are decoded.
SIDES = {(150, 450): 1920, (300, 900): 960, (600, 1800): 480}


def decode(bench, images, **photographs):
    output = bench.scratch("images.h5")
    outcome = repeated(3, bench.program("cap-decode"), bench.inputs.folders(images, 47, **photographs),
                       "--test-fraction", 0, "--threads", bench.threads, "-o", output)
    return {"images": images, "seconds": outcome.seconds, "peak": outcome.peak, "bytes": os.path.getsize(output)}


def embed(bench, shape, images):
    outcome = run(bench.program("cap-embed"), bench.inputs.images(images, 47), "--checkpoint", bench.inputs.checkpoint(shape),
                  "--threads", bench.threads, "-o", bench.scratch("features.h5"))
    return {"seconds": outcome.seconds, "peak": outcome.peak}


def step(bench, shape, classes, batch=32):
    found = bench.step(classes, "fp32", bench.inputs.checkpoint(shape), 2, batch)
    return {"seconds": found["seconds"], "peak": found["peak"]}


def detect(bench, images, classes):
    outcome = run(bench.program("cap-detect"), bench.inputs.mixture(images, classes), "--paradigm", "ul",
                  "--continue-clusters", "--threads", bench.threads, "-o", bench.scratch("mismatch.h5"))
    passes = int(outcome.summary("K-means").split()[0].replace(",", ""))
    return {"seconds": outcome.seconds, "peak": outcome.peak, "passes": passes}


def shared_embed(bench):
    def once(processes):
        outcome = run_together(
            processes, bench.program("cap-embed"), bench.inputs.images(SHARED_IMAGES, 47), "--checkpoint",
            bench.inputs.checkpoint(), "--threads", 1, "-o", bench.scratch("features.h5"))
        return {"seconds": outcome.seconds, "peak": outcome.peak}
    return in_turn(3, {processes: lambda p=processes: once(p) for processes in PROCESSES})


def shared_step(bench, classes):
    def once(processes):
        checkpoint = bench.inputs.checkpoint()
        outcome = run_together(
            processes, bench.program("cap-finetune"), *bench.inputs.training(STEP_CLASSES[classes], classes, checkpoint),
            "--checkpoint", checkpoint, "--epochs", 1, "--iters", SHARED_STEPS[classes] + 1, "--batch", 32, "--tau", 0,
            "--profile", "--threads", 1, "-o", bench.scratch("model.h5"))
        others = float(outcome.summary("other processes").split()[0]) if processes > 1 else 0
        return {"seconds": float(outcome.summary("together").split()[0]) / 1000, "others": others / 1000, "peak": outcome.peak}
    return in_turn(3, {processes: lambda p=processes: once(p) for processes in PROCESSES})


def rows(bench):
    """Name → what measures it, in the order in which they are measured."""
    found = {}
    for images in DECODED:
        found[f"decode-{images}"] = lambda n=images: decode(bench, n)
    for sides, images in SIDES.items():
        found[pixels_row(sides)] = lambda s=sides, n=images: decode(bench, n, shortest=s[0], longest=s[1])
    for shape, sizes in EMBEDDED.items():
        for images in sizes:
            found[f"embed-{shape}-{images}"] = lambda s=shape, n=images: embed(bench, s, n)
        found[f"model-{shape}"] = lambda s=shape: step(bench, s, CLASSES[0], MODEL_BATCH)
    for classes in CLASSES:
        found[f"step-{classes}"] = lambda c=classes: step(bench, "vit-b-32", c)
    found["processes-embed"] = lambda: shared_embed(bench)
    for classes in SHARED_STEPS:
        found[f"processes-step-{classes}"] = lambda c=classes: shared_step(bench, c)
    for images, classes in [(n, DETECTED_CLASSES) for n in DETECTED] + [(DETECTED[1], c) for c in CLASSES]:
        found[f"detect-{images}-{classes}"] = lambda n=images, c=classes: detect(bench, n, c)
    return found


def pixels_row(sides):
    return f"pixels-{sides[0]}-{sides[1]}"
