#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads changed model images with the library and with the Python reader, and compares.

usage: compare.py PROGRAM CHANGED EDGES SEED [IMAGE...]

PROGRAM is read_images, linked with the library. CHANGED images are made from those of
Tests/Vectors/layers.json and IMAGE by changes at random, and EDGES pairs lie on both sides of a
rule. Both readers must accept or refuse alike and, where both say why, for the same reason. An
image on which they differ is written to build/readers.
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

from edges import EdgeFinder
from mutations import mutant

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOUND = ROOT / "build" / "readers"
BATCH = 1000
EDGE_BYTES_MAX = 4096
"""Images in which edges are searched for are read some thirty times."""
REASONS = {
    -32: "truncated", -33: "magic", -34: "format", -35: "checksum", -36: "content",
    -37: "content", -38: "content", -39: "content",
}  # fmt: skip
"""Of the statuses of the library."""


def python_reader():
    """The module image_reader, which needs numpy alone; the package as a whole needs torch."""
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
    """Whether it is "accepted" or the reason why not, and what the reader says."""
    try:
        reader.read_image(image)
        return "accepted", ""
    except reader.ImageError as error:
        return error.reason, str(error)


class Comparison:
    """Counts outcomes, and shows images on which the readers differ."""

    def __init__(self, reader, program: str) -> None:
        self.reader, self.program = reader, program
        self.outcomes, self.count = collections.Counter(), 0

    def add(self, images: list[bytes]) -> None:
        for image, status in zip(images, library_statuses(self.program, images), strict=True):
            theirs = "accepted" if status == 0 else REASONS.get(status, f"status {status}")
            ours, message = python_outcome(self.reader, image)
            self.outcomes[ours] += 1
            self.count += 1
            if ours != theirs:
                self.outcomes["differ"] += 1
                FOUND.mkdir(parents=True, exist_ok=True)
                path = FOUND / f"{self.count}.baynn"
                path.write_bytes(image)
                shown = path.relative_to(ROOT)
                print(f"{shown}: library {theirs} ({status}), Python {ours} {message}")


def edge_images(reader, images: list[bytes], chance: random.Random, count: int) -> list[bytes]:
    finder, found = EdgeFinder(images, lambda i: python_outcome(reader, i)[0] == "accepted"), []
    while len(found) < 2 * count:
        found += finder.pair(chance) or ()
    return found


def main() -> int:
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    changed, edges, seed = map(int, sys.argv[2:5])
    reader, chance = python_reader(), random.Random(seed)
    comparison = Comparison(reader, sys.argv[1])
    originals = committed_images(sys.argv[5:])
    comparison.add(originals)
    if comparison.outcomes["accepted"] != len(originals):
        sys.exit("error: a committed image is refused")
    for done in range(0, changed, BATCH):
        count = min(BATCH, changed - done)
        comparison.add([mutant(chance, chance.choice(originals)) for _ in range(count)])
    small = [image for image in originals if len(image) < EDGE_BYTES_MAX]
    comparison.add(edge_images(reader, small, chance, edges))
    outcomes = sorted(comparison.outcomes.items())
    print(f"{comparison.count} images:", ", ".join(f"{name} {number}" for name, number in outcomes))
    return 1 if comparison.outcomes["differ"] else 0


if __name__ == "__main__":
    sys.exit(main())
