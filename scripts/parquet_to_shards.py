#!/usr/bin/env python3
"""Writes tar archives, which cap-decode reads, of Parquet files with image bytes, as Hugging Face's data sets are stored.

    python3 -m venv venv && venv/bin/pip install pyarrow
    venv/bin/python scripts/parquet_to_shards.py data/train-*.parquet data/test-*.parquet -o shards

Every Parquet file becomes an archive of its name; names that begin with train, val or test say which part it is. The image column is
the first that holds bytes, or structures with bytes (--image names another); labels are in the column label (--label names
another), whose class names go into classes.txt in their order.
"""

import argparse
import io
import json
import pathlib
import sys
import tarfile

import pyarrow as pa
import pyarrow.parquet as parquet


def is_image(type):
    if pa.types.is_struct(type):
        return any(field.name == "bytes" and is_image(field.type) for field in type)
    return pa.types.is_binary(type) or pa.types.is_large_binary(type)


def class_names(schema, label):
    """The names that Hugging Face keeps in the schema, or nothing."""
    features = json.loads((schema.metadata or {}).get(b"huggingface", b"{}")).get("info", {}).get("features", {})
    return features.get(label, {}).get("names")


def member(archive, name, content):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    parser.add_argument("--image", help="column of the images")
    parser.add_argument("--label", default="label", help="column of the labels [label]")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    names, given = None, set()
    for path in arguments.files:
        file = parquet.ParquetFile(path)
        schema = file.schema_arrow
        image = arguments.image or next((field.name for field in schema if is_image(field.type)), None)
        if image is None or image not in schema.names:
            sys.exit(f"{path}: no column of image bytes; its columns are {', '.join(schema.names)}")
        label = arguments.label if arguments.label in schema.names else None
        names = names or class_names(schema, arguments.label)
        count = 0
        target = arguments.output / (path.stem + ".tar")
        with tarfile.open(target, "w") as archive:
            for batch in file.iter_batches(batch_size=64, columns=[image] + ([label] if label else [])):
                for row in batch.to_pylist():
                    content = row[image]["bytes"] if isinstance(row[image], dict) else row[image]
                    if content is None:
                        print(f"{path}: row {count} holds no bytes of an image, and is left out", file=sys.stderr)
                        count += 1
                        continue
                    # What it is, its first bytes say.
                    member(archive, f"{count:09}.img", content)
                    value = row.get(label) if label else None
                    if value is not None and value != -1:
                        text = names[value] if names and isinstance(value, int) else str(value)
                        given.add(text)
                        member(archive, f"{count:09}.cls", text.encode())
                    count += 1
        print(f"{target}: {count} images")
    if names or given:
        listed = names or sorted(given, key=lambda text: text.encode())
        (arguments.output / "classes.txt").write_text("".join(f"{name}\n" for name in listed))
        print(f"{arguments.output}/classes.txt: {len(listed)} classes")


main()
