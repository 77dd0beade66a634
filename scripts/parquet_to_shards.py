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
import os
import pathlib
import sys
import tarfile

try:
    import pyarrow as pa
    import pyarrow.parquet as parquet
except ImportError:
    sys.exit("parquet_to_shards: Python's pyarrow is needed: python3 -m venv venv && venv/bin/pip install pyarrow, then venv/bin/python")


def refuse(sentence):
    sys.exit(f"parquet_to_shards: {sentence}")


def is_image(type):
    if pa.types.is_struct(type):
        return any(field.name == "bytes" and is_image(field.type) for field in type)
    return pa.types.is_binary(type) or pa.types.is_large_binary(type)


def class_names(schema, label):
    """The names that Hugging Face keeps in the schema, or nothing."""
    try:
        features = json.loads((schema.metadata or {}).get(b"huggingface", b"{}")).get("info", {}).get("features", {})
        return features.get(label, {}).get("names")
    except (ValueError, AttributeError):
        return None


def member(archive, name, content):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


def class_name(value, names, path, row):
    if not names or isinstance(value, str):
        return str(value)
    if not isinstance(value, int) or not 0 <= value < len(names):
        refuse(f"{path}: the label of row {row} is {value}, and there are {len(names)} classes.")
    return names[value]


def images(file, path, image, label):
    """The bytes and the label of every row that has an image."""
    for number, row in enumerate(
            row for batch in file.iter_batches(batch_size=64, columns=[image] + ([label] if label else [])) for row in batch.to_pylist()):
        content = row[image]["bytes"] if isinstance(row[image], dict) else row[image]
        if content:
            yield number, content, row.get(label)
        else:
            print(f"{path}: row {number} holds no bytes of an image, and is left out", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    parser.add_argument("--image", help="column of the images")
    parser.add_argument("--label", help="column of the labels [label]")
    arguments = parser.parse_args()
    targets = [arguments.output / (path.stem + ".tar") for path in arguments.files]
    for path, target in zip(arguments.files, targets):
        if targets.count(target) > 1:
            refuse(f"{path} and another file would both become {target}.")
        if target.exists():
            refuse(f"{target} exists already.")
    names, given = None, set()
    for path, target in zip(arguments.files, targets):
        try:
            file = parquet.ParquetFile(path)
        except (OSError, pa.ArrowException) as error:
            refuse(f"{path} is no Parquet file that can be read: {error}")
        schema = file.schema_arrow
        image = arguments.image or next((field.name for field in schema if is_image(field.type)), None)
        if image is None or image not in schema.names or not is_image(schema.field(image).type):
            found = f"{arguments.image} is not one" if arguments.image else "none is found"
            refuse(f"{path}: a column of image bytes is needed, and {found}; the columns are {', '.join(schema.names)}.")
        if arguments.label and arguments.label not in schema.names:
            refuse(f"{path} has no column {arguments.label}; the columns are {', '.join(schema.names)}.")
        label = arguments.label or ("label" if "label" in schema.names else None)
        found = class_names(schema, label)
        if names and found and found != names:
            refuse(f"{path} has other classes than the files before it.")
        names = names or found
        arguments.output.mkdir(parents=True, exist_ok=True)
        # It has its name when it is whole.
        part, count = target.with_suffix(".part"), 0
        try:
            with tarfile.open(part, "w") as archive:
                for row, content, value in images(file, path, image, label):
                    # What it is, its first bytes say.
                    member(archive, f"{row:09}.img", content)
                    count += 1
                    if value is not None and value != -1:
                        text = class_name(value, names, path, row)
                        given.add(text)
                        member(archive, f"{row:09}.cls", text.encode())
            os.replace(part, target)
        except (OSError, pa.ArrowException) as error:
            refuse(f"{path} could not be read to its end, or {target} not be written: {error}")
        finally:
            part.unlink(missing_ok=True)
        print(f"{target}: {count} images")
    if names or given:
        listed = names or sorted(given, key=lambda text: text.encode())
        (arguments.output / "classes.txt").write_text("".join(f"{name}\n" for name in listed))
        print(f"{arguments.output}/classes.txt: {len(listed)} classes")


main()
