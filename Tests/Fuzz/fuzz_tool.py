#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Gives the host tool files that are damaged: IDX files, records, labels, targets and images.

usage: fuzz_tool.py TOOL SECONDS SEED

Every run ends by itself, within a time and with an exit code that the tool's help lists, and says
why on standard error; 70, a fault of the tool, is a finding. A run that ends otherwise leaves its
files in build/fuzz/tool.
"""

import base64
import collections
import json
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "fuzz" / "tool"
sys.path.insert(0, str(ROOT / "Tests" / "Readers"))

from mutations import WEIGHTY, mutant  # noqa: E402

RUN_SECONDS = 20
EXPECTED = (0, 1, 64, 65, 66, 73)
SIZES = (0, 1, 2, 3, 7, 8, 255, 256, 65535, 65536, (1 << 31) - 1, 1 << 31, (1 << 32) - 1)
TYPES = (0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E)
ITEMS = 3

Shape = tuple[int, int, int]


def idx(kind: int, sizes: list[int], content: bytes) -> bytes:
    return bytes((0, 0, kind, len(sizes))) + struct.pack(f">{len(sizes)}I", *sizes) + content


def input_of(image: bytes) -> tuple[Shape, int]:
    """Height, width and channels of an image's input, and its maximum."""
    _, maximum, *shape = struct.unpack_from("<5I", image, 24)
    return tuple(shape), maximum


def spoiled(chance: random.Random, data: bytes) -> bytes:
    """A file with its header, length or content changed in one to three ways."""
    file = bytearray(data)
    for _ in range(chance.randrange(1, 4)):
        if len(file) < 4:
            return bytes(file)
        choice = chance.randrange(6)
        if choice == 0:
            file[2] = chance.choice(TYPES + (chance.randrange(256),))
        elif choice == 1:
            file[3] = chance.choice((0, 1, 2, 3, 4, 5, 255))
        elif choice == 2 and file[3] and len(file) >= 4 + 4 * file[3]:
            place = 4 + 4 * chance.randrange(file[3])
            struct.pack_into(">I", file, place, chance.choice(SIZES + WEIGHTY))
        elif choice == 3:
            del file[chance.randrange(len(file)) :]
        elif choice == 4:
            file += chance.randbytes(chance.choice((1, 4, 64)))
        else:
            file[chance.randrange(len(file))] = chance.randrange(256)
    return bytes(file)


def write_files(chance: random.Random, image: bytes) -> list[list[str]]:
    """Writes a model and files of inputs and labels, some of them spoiled; returns the calls."""
    shape, maximum = input_of(image)
    elements = shape[0] * shape[1] * shape[2]
    content = bytes(chance.randrange(maximum + 1) for _ in range(ITEMS * elements))
    labels = idx(0x08, [ITEMS], bytes(chance.randrange(3) for _ in range(ITEMS)))
    if chance.randrange(3) == 0:
        outputs = chance.randrange(1, 4)
        values = struct.pack(f">{ITEMS * outputs}f", *[chance.uniform(-9, 9)] * (ITEMS * outputs))
        labels = idx(0x0D, [ITEMS, outputs], values)
    files = {
        "model.baynn": image,
        "inputs.idx": idx(0x08, [ITEMS, *shape], content),
        "labels.idx": labels,
        "records.u8": b"".join(
            content[i * elements : (i + 1) * elements] + bytes((chance.randrange(3),))
            for i in range(ITEMS)
        ),
    }
    victim = chance.choice([*files, "model.baynn", None])
    for name, data in files.items():
        if name == victim:
            data = mutant(chance, data) if name == "model.baynn" else spoiled(chance, data)
        (WORK / name).write_bytes(data)
    model, inputs = str(WORK / "model.baynn"), str(WORK / "inputs.idx")
    return [
        ["evaluate", model, inputs, "--threads", "1", "--json", "-"],
        ["evaluate", model, inputs, "--ood", f"records={WORK / 'records.u8'}", "--threads", "1"],
        ["evaluate", model, str(WORK), "--posterior", "sampled", "--passes", "3", "--threads", "1"],
        ["predict", model, inputs, "--index", str(chance.choice((0, 2, 3, 1 << 31)))],
        ["predict", model, str(WORK / "records.u8")],
        ["info", model],
        ["self-test", model],
    ]


def run(tool: str, call: list[str]) -> tuple[int, str]:
    """Exit code, negative for a signal, and what went to standard error."""
    try:
        done = subprocess.run([tool, *call], capture_output=True, check=False, timeout=RUN_SECONDS)
    except subprocess.TimeoutExpired:
        return 124, f"has not ended after {RUN_SECONDS} s"
    return done.returncode, done.stderr.decode(errors="replace")


def main() -> int:
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    tool, seconds, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    entries = json.loads((ROOT / "Tests" / "Vectors" / "layers.json").read_text())
    images = [base64.b64decode(entry["image"]) for entry in entries]
    WORK.mkdir(parents=True, exist_ok=True)
    codes, findings, end = collections.Counter(), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        for call in write_files(chance, chance.choice(images)):
            code, message = run(tool, call)
            codes[code] += 1
            if code not in EXPECTED or (code > 1 and not message):
                findings += 1
                kept = WORK.with_name(f"tool-finding-{findings}")
                shutil.copytree(WORK, kept, dirs_exist_ok=True)
                print(f"{kept.relative_to(ROOT)}: {' '.join(call)}: {code}: {message[:200]}")
    print(f"tool: {sum(codes.values())} runs:", dict(sorted(codes.items())), f"{findings} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
