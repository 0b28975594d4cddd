#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads changed model images with the library and with the Python reader, and compares.

usage: compare.py PROGRAM COUNT SEED [IMAGE...]

PROGRAM is read_images, linked with the library. The images that are changed are those of
Tests/Vectors/layers.json and IMAGE. Both readers must accept or refuse alike and, where both
say why, for the same reason. An image on which they differ is written to build/readers.
"""

import base64
import collections
import importlib.machinery
import importlib.util
import json
import pathlib
import random
import struct
import subprocess
import sys

from mutations import mutant

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOUND = ROOT / "build" / "readers"
BATCH = 1000
REASONS = {
    -32: "truncated", -33: "magic", -34: "format", -35: "checksum", -36: "content",
    -37: "content", -38: "content", -39: "content",
}  # fmt: skip
"""Of the statuses of the library."""


def python_reader():
    """The module image_reader, which needs numpy alone, where the package as a whole needs torch."""
    spec = importlib.machinery.ModuleSpec("baynn_training", None, is_package=True)
    spec.submodule_search_locations = [str(ROOT / "Training" / "baynn_training")]
    sys.modules["baynn_training"] = importlib.util.module_from_spec(spec)
    return importlib.import_module("baynn_training.image_reader")


def committed_images(paths: list[str]) -> list[bytes]:
    entries = json.loads((ROOT / "Tests" / "Vectors" / "layers.json").read_text())
    images = [base64.b64decode(entry["image"]) for entry in entries]
    return images + [pathlib.Path(path).read_bytes() for path in paths]


def library_statuses(program: str, images: list[bytes]) -> list[int]:
    stream = b"".join(struct.pack("<I", len(image)) + image for image in images)
    run = subprocess.run([program], input=stream, stdout=subprocess.PIPE, check=True)
    statuses = struct.unpack(f"<{len(run.stdout) // 4}i", run.stdout)
    if len(statuses) != len(images):
        sys.exit(f"error: {program} answers {len(statuses)} of {len(images)} images")
    return list(statuses)


def python_outcome(reader, image: bytes) -> tuple[str, str]:
    """"accepted" or a reason, and what the reader says."""
    try:
        reader.read_image(image)
        return "accepted", ""
    except reader.ImageError as error:
        return error.reason, str(error)


def compare(reader, program: str, images: list[bytes], first: int) -> collections.Counter:
    outcomes = collections.Counter()
    for number, (image, status) in enumerate(zip(images, library_statuses(program, images)), first):
        theirs = "accepted" if status == 0 else REASONS.get(status, f"status {status}")
        ours, message = python_outcome(reader, image)
        outcomes[ours] += 1
        if ours != theirs:
            outcomes["differ"] += 1
            FOUND.mkdir(parents=True, exist_ok=True)
            path = FOUND / f"{number}.baynn"
            path.write_bytes(image)
            print(f"{path.relative_to(ROOT)}: library {theirs} ({status}), Python {ours}: {message}")
    return outcomes


def main() -> int:
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    program, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    reader, chance = python_reader(), random.Random(seed)
    originals = committed_images(sys.argv[4:])
    outcomes = compare(reader, program, originals, 0)
    if outcomes["accepted"] != len(originals):
        sys.exit("error: a committed image is refused")
    for done in range(0, count, BATCH):
        images = [mutant(chance, chance.choice(originals)) for _ in range(min(BATCH, count - done))]
        outcomes += compare(reader, program, images, len(originals) + done)
    print(", ".join(f"{name} {number}" for name, number in sorted(outcomes.items())))
    return 1 if outcomes["differ"] else 0


if __name__ == "__main__":
    sys.exit(main())
