#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns Tests/Vectors/layers.json into what tests in C can read without a parser.

usage: make_layer_images.py JSON BINARY [FOLDER]

BINARY gets all networks with their inputs and runs, as laid out below; FOLDER, if given, gets
each image as a file of its own, to seed the fuzzer with.

All numbers are little-endian u32; bytes are padded with zeros to a multiple of 4.

    file    = magic, count, network * count
    network = name, image, input, input, runs, run * runs
    name, image, input = size, bytes
    run     = posterior (1 exact, 2 certified, 3 sampled, 4 deterministic), cut_q31, passes,
              seed (low, high), call (low, high), input, leaves, samples, mass_q31, label,
              entropy_q16, mutual_information_q16, probability_crc32 (0 for a regression),
              outputs, outputs * (mean, deviation)
"""

import base64
import json
import pathlib
import struct
import sys

MAGIC = 0x564E4E42  # "BNNV"
POSTERIORS = {"exact": 1, "certified": 2, "sampled": 3, "deterministic": 4}


def words(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *(value & 0xFFFFFFFF for value in values))


def block(data: bytes) -> bytes:
    return words(len(data)) + data + bytes(-len(data) % 4)


def run_bytes(run: dict) -> bytes:
    seed, call = int(run["seed"]), int(run["call"])
    means = run.get("means", [])
    head = words(
        POSTERIORS[run["posterior"]], run["cut_q31"], run["passes"], seed, seed >> 32, call,
        call >> 32, run["input"], run["leaves"], run["samples"], run["mass_q31"], run["label"],
        run["entropy_q16"], run["mutual_information_q16"], run.get("probability_crc32", 0),
        len(means),
    )
    return head + b"".join(words(*pair) for pair in zip(means, run.get("deviations", [])))


def network_bytes(entry: dict) -> bytes:
    inputs = [base64.b64decode(data) for data in entry["inputs"]]
    if len(inputs) != 2:
        sys.exit(f"error: {entry['name']}: {len(inputs)} inputs instead of 2")
    return (
        block(entry["name"].encode() + b"\0")
        + block(base64.b64decode(entry["image"]))
        + b"".join(map(block, inputs))
        + words(len(entry["runs"]))
        + b"".join(map(run_bytes, entry["runs"]))
    )


def main() -> int:
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    entries = json.loads(pathlib.Path(sys.argv[1]).read_text())
    binary = pathlib.Path(sys.argv[2])
    binary.parent.mkdir(parents=True, exist_ok=True)
    binary.write_bytes(words(MAGIC, len(entries)) + b"".join(map(network_bytes, entries)))
    if len(sys.argv) == 4:
        folder = pathlib.Path(sys.argv[3])
        folder.mkdir(parents=True, exist_ok=True)
        for number, entry in enumerate(entries):
            image = base64.b64decode(entry["image"])
            (folder / f"layers-{number:03}.baynn").write_bytes(image)
    return 0


if __name__ == "__main__":
    sys.exit(main())
