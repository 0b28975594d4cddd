# SPDX-License-Identifier: Apache-2.0
"""The host tool's view of models on emulated arrays: `baynn array ...` as functions."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..paths import REPOSITORY

TOOL = REPOSITORY / "build" / "baynn"


@dataclass(frozen=True)
class Subject:
    """A model and what it is tried on.

    title: in reports. inputs, labels: files that the tool reads; None if it finds the labels
    itself. limit: inputs of a device, the first ones.
    """

    name: str
    title: str
    image: Path
    inputs: Path
    labels: Path | None
    limit: int


def _call(arguments: Sequence[object]) -> None:
    if not TOOL.exists():
        raise ValueError(f"{TOOL} is missing: run `make tool`")
    command = [str(TOOL), *(str(a) for a in arguments)]
    outcome = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if outcome.returncode:
        raise ValueError(f"{' '.join(command)}: {outcome.stderr.strip()}")


def evaluate(
    subject: Subject,
    options: Sequence[object],
    sweep: dict[str, Sequence[float]],
    devices: int,
    results: Path,
) -> dict:
    """What `baynn array evaluate` writes: settings, and points of all values swept so far.

    results: the file that keeps it; points that it holds are not computed again.
    """
    results.parent.mkdir(parents=True, exist_ok=True)
    arguments: list[object] = ["array", "evaluate", subject.image, subject.inputs]
    arguments += [subject.labels] if subject.labels else []
    arguments += ["--limit", subject.limit, "--instances", devices, *options]
    for field, values in sweep.items():
        arguments += ["--sweep", f"{field}={','.join(f'{v:g}' for v in values)}"]
    _call([*arguments, "--json", results])
    return json.loads(results.read_text())


def energy(subject: Subject, options: Sequence[object], results: Path) -> dict:
    """What `baynn array energy` writes; from the file if it is newer than tool and image."""
    key = [str(o) for o in options] + [subject.limit, subject.image.stat().st_mtime_ns]
    stamp = results.with_suffix(".key")
    if results.exists() and stamp.exists() and json.loads(stamp.read_text()) == key:
        return json.loads(results.read_text())
    results.parent.mkdir(parents=True, exist_ok=True)
    limit = ["--limit", subject.limit]
    _call(["array", "energy", subject.image, subject.inputs, *limit, *options, "--json", results])
    stamp.write_text(json.dumps(key))
    return json.loads(results.read_text())
