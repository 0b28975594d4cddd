#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Breaks the code in many places, one at a time, and expects a test to fail each time.

Works on a copy of the tree under build/mutants. A mutation that no test notices, or whose
text is no longer in the code, is an error.

usage: run.py [NAME...]    only the mutations whose name contains one of these
"""

import pathlib
import shutil
import subprocess
import sys
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPY = ROOT / "build" / "mutants" / "tree"
SCRATCH = ROOT / "build" / "mutants" / "scratch"


def copy_tree() -> None:
    shutil.rmtree(COPY, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        target = COPY / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)


def command(test: str) -> list[str]:
    """What runs a test: `swift:FILTER` or `c:PROGRAM`."""
    kind, name = test.split(":")
    if kind == "swift":
        return ["swift", "test", "--quiet", "--scratch-path", str(SCRATCH), "--filter", name]
    program = f"build/host/tests/{name}"
    layers = "build/vectors/layers.bin"
    settings = f"BAYNN_MODELS=Examples/Models BAYNN_VECTORS=Tests/Vectors BAYNN_LAYERS={layers}"
    return ["bash", "-c", f"make -s {program} {layers} && {settings} {program}"]


def passes(test: str) -> bool:
    run = subprocess.run(command(test), cwd=COPY, capture_output=True, text=True, timeout=900)
    if "error:" in run.stderr + run.stdout and "Compiling" in run.stdout and test[0] == "s":
        sys.exit(f"a mutation does not compile:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return run.returncode == 0


def main() -> int:
    wanted = sys.argv[1:]
    with open(pathlib.Path(__file__).with_name("mutations.toml"), "rb") as file:
        mutations = tomllib.load(file)["mutation"]
    mutations = [m for m in mutations if not wanted or any(w in m["name"] for w in wanted)]
    if not mutations:
        sys.exit("error: no mutation has such a name")
    copy_tree()
    for test in sorted({m["test"] for m in mutations}):
        if not passes(test):
            sys.exit(f"error: {test} fails without any mutation")
    survivors = 0
    for number, mutation in enumerate(mutations, 1):
        path = COPY / mutation["file"]
        original = path.read_text()
        if original.count(mutation["from"]) != 1:
            sys.exit(f"error: {mutation['name']}: its text is not once in {mutation['file']}")
        start = time.monotonic()
        path.write_text(original.replace(mutation["from"], mutation["to"]))
        survived = passes(mutation["test"])
        path.write_text(original)
        survivors += survived
        print(
            f"[{number:2}/{len(mutations)}] {'SURVIVED' if survived else 'caught  '} "
            f"{mutation['name']} ({mutation['test']}, {time.monotonic() - start:.0f} s)",
            flush=True,
        )
    print(f"{len(mutations) - survivors} mutations caught, {survivors} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
