#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Breaks the code in many places, one at a time, and expects a test to fail each time.

Works on a copy of the tree under build/mutants. A mutation that no test notices, that does not
compile, or whose text is no longer in the code, is an error.

usage: run.py [NAME...]    only the mutations whose name contains one of these
"""

import pathlib
import re
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
    """What runs a test: `swift:FILTER`, `c:PROGRAM` or `make:TARGET`."""
    kind, name = test.split(":")
    if kind == "make":
        return ["make", "-s", name]
    if kind == "swift":
        return ["swift", "test", "--quiet", "--scratch-path", str(SCRATCH), "--filter", name]
    program = f"build/host/tests/{name}"
    layers = "build/vectors/layers.bin"
    settings = f"BAYNN_MODELS=Examples/Models BAYNN_VECTORS=Tests/Vectors BAYNN_LAYERS={layers}"
    return ["bash", "-c", f"make -s {program} {layers} && {settings} {program}"]


def outcome(test: str) -> str:
    """Runs a test: "passes", "fails" or "does not compile"."""
    run = subprocess.run(command(test), cwd=COPY, capture_output=True, text=True, timeout=900)
    # Line and column: the compiler. A test that fails names a line alone.
    if re.search(r"\.(swift|c|h):\d+:\d+: error:", run.stdout + run.stderr):
        return "does not compile"
    return "passes" if run.returncode == 0 else "fails"


def main() -> int:
    wanted = sys.argv[1:]
    mutations = []
    for path in sorted(pathlib.Path(__file__).parent.glob("*.toml")):
        mutations += tomllib.loads(path.read_text())["mutation"]
    mutations = [m for m in mutations if not wanted or any(w in m["name"] for w in wanted)]
    if not mutations:
        sys.exit("error: no mutation has such a name")
    copy_tree()
    for test in sorted({m["test"] for m in mutations}):
        if outcome(test) != "passes":
            sys.exit(f"error: {test} {outcome(test)} without any mutation")
    caught = 0
    for number, mutation in enumerate(mutations, 1):
        path = COPY / mutation["file"]
        original = path.read_text()
        if original.count(mutation["from"]) != 1:
            sys.exit(f"error: {mutation['name']}: its text is not once in {mutation['file']}")
        start = time.monotonic()
        path.write_text(original.replace(mutation["from"], mutation["to"]))
        result = outcome(mutation["test"])
        path.write_text(original)
        caught += result == "fails"
        verdict = "caught" if result == "fails" else result.upper()
        print(
            f"[{number:2}/{len(mutations)}] {verdict:8} "
            f"{mutation['name']} ({mutation['test']}, {time.monotonic() - start:.0f} s)",
            flush=True,
        )
    print(f"{caught} of {len(mutations)} mutations caught")
    return 0 if caught == len(mutations) else 1


if __name__ == "__main__":
    sys.exit(main())
