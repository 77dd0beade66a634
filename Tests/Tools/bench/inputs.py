"""Makes what is measured with, once: checkpoints, photographs and artifacts, all of them made up."""
import itertools
import os
import shutil

from measuring import run

TEXTURES = "Tests/DataSetsTests/Fixtures/class_names/dtd.txt"
COLORS = ["red", "black footed", "yellow", "gray", "golden", "ruby throated", "blue", "white crowned", "green",
          "bay breasted", "pale", "spotted", "striped", "dusky", "crested", "bronze", "rufous", "olive sided", "violet",
          "snowy", "ringed", "horned", "least", "great", "marsh"]
BIRDS = ["albatross", "auklet", "bunting", "cardinal", "catbird", "cormorant", "cowbird", "creeper", "crow", "cuckoo",
         "finch", "flicker", "flycatcher", "frigatebird", "fulmar", "gadwall", "grebe", "grosbeak", "guillemot", "gull",
         "hummingbird", "jaeger", "jay", "junco", "kingbird", "kingfisher", "kittiwake", "lark", "loon", "mallard",
         "meadowlark", "merganser", "mockingbird", "nighthawk", "nuthatch", "oriole", "pelican", "pewee", "puffin", "warbler"]


def class_names(count):
    """DTD's 47 classes, or as many birds."""
    if count == 47:
        return open(TEXTURES).read().split("\n")[:47]
    return [f"{color} {bird}" for color, bird in itertools.product(COLORS, BIRDS)][:count]


class Inputs:
    """Files under a folder, each made when it is first asked for."""

    def __init__(self, programs, folder, threads):
        self.programs, self.folder, self.threads = programs, folder, threads

    def program(self, name):
        return os.path.join(self.programs, name)

    def made(self, name, make):
        """The path of `name`; `make` is given a path to write to if it is not there yet."""
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            partial = os.path.join(self.folder, "partial." + name.replace("/", "."))
            shutil.rmtree(partial, ignore_errors=True)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            make(partial)
            os.rename(partial, path)
        return path

    def checkpoint(self, shape="vit-b-32", *options):
        def make(path):
            run(self.program("bench-probe"), "checkpoint", shape, "--tokenizer", "demo/checkpoint", *options, "-o", path)
        return self.made("-".join([shape, *(option.strip("-") for option in options)]), make)

    def photographs(self, shortest=300, longest=900, count=240):
        def make(path):
            run(self.program("bench-probe"), "photographs", "--count", count, "--shortest", shortest, "--longest", longest,
                "-o", path)
        return self.made(f"photographs-{shortest}-{longest}", make)

    def folders(self, images, classes, **photographs):
        """A folder of image folders: the photographs as often as it takes, as hard links."""
        source = self.photographs(**photographs)
        files = sorted(os.listdir(source))
        names = class_names(classes)

        def make(path):
            for name in names:
                os.makedirs(os.path.join(path, name))
            for index in range(images):
                os.link(os.path.join(source, files[index % len(files)]),
                        os.path.join(path, names[index % classes], f"{index:06}.jpg"))
        suffix = "-".join(str(value) for value in photographs.values())
        return self.made(f"folders-{images}-{classes}" + (f"-{suffix}" if suffix else ""), make)

    def images(self, images, classes):
        """The images.h5 of such folders, all of them training images."""
        folders = self.folders(images, classes)

        def make(path):
            os.makedirs(path)
            run(self.program("cap-decode"), folders, "--test-fraction", 0, "--threads", self.threads, "-q",
                "-o", os.path.join(path, "images.h5"))
        return os.path.join(self.made(f"images-{images}-{classes}", make), "images.h5")

    def training(self, images, classes, checkpoint):
        """images.h5, features.h5 and labels.h5 to train with: features are made up, pseudolabels true."""
        source = self.images(images, classes)

        def make(path):
            os.makedirs(path)
            os.link(source, os.path.join(path, "images.h5"))
            run(self.program("bench-probe"), "labels", os.path.join(path, "images.h5"), "--checkpoint", checkpoint)
        folder = self.made(f"training-{images}-{classes}-{os.path.basename(checkpoint)}", make)
        return [os.path.join(folder, name) for name in ("images.h5", "features.h5", "labels.h5")]

    def mixture(self, images, classes):
        return self.made(f"mixture-{images}-{classes}.h5", lambda path: run(
            self.program("bench-probe"), "mixture", "--images", images, "--classes", classes, "-o", path))
