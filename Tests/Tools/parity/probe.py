"""Runs parity-probe, the program that computes CAP's side."""
import json
import os
import subprocess

from safetensors.torch import load_file, save_file


class Probe:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        os.makedirs(folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *arguments):
        subprocess.run([self.program, *arguments], check=True)

    def tokens(self, tokenizer, texts, *options):
        json.dump(texts, open(self.path("texts.json"), "w"))
        self.run("tokens", tokenizer, self.path("texts.json"), self.path("tokens.json"), *options)
        return json.load(open(self.path("tokens.json")))

    def views(self, files, size=224):
        json.dump(files, open(self.path("files.json"), "w"))
        self.run("views", "--size", str(size), "-o", self.path("views.safetensors"), self.path("files.json"))
        return load_file(self.path("views.safetensors"))["views"]

    def features(self, checkpoint, views, texts, *options):
        """Features of images and texts, and the logit scale."""
        save_file({"views": views.contiguous()}, self.path("views.safetensors"))
        json.dump(texts, open(self.path("texts.json"), "w"))
        self.run("features", checkpoint, self.path("views.safetensors"), self.path("texts.json"), *options,
                 "-o", self.path("features.safetensors"))
        return load_file(self.path("features.safetensors"))
