# SPDX-License-Identifier: Apache-2.0
"""The host tool's view of models on emulated arrays: `baynn array ...` as functions."""

import json
import subprocess
import zlib
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
    command = [str(TOOL), *(str(a) for a in arguments)]
    outcome = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if outcome.returncode:
        raise ValueError(f"{' '.join(command)}: {outcome.stderr.strip()}")


def _kept(results: Path, subject: Subject, options: Sequence[object]) -> Path:
    """The file that keeps what this tool, as it is built now, says about this image and these
    inputs with these options."""
    results.parent.mkdir(parents=True, exist_ok=True)
    if not TOOL.exists():
        raise ValueError(f"{TOOL} is missing: run `make tool`")
    value = zlib.crc32(" ".join(str(o) for o in options).encode())
    for path in (TOOL, subject.image, subject.inputs):
        value = zlib.crc32(path.read_bytes() if path.is_file() else b"", value)
    return results.with_name(f"{results.name}-{value:08x}.json")


def evaluate(
    subject: Subject,
    options: Sequence[object],
    sweep: dict[str, Sequence[float]],
    devices: int,
    results: Path,
) -> dict:
    """What `baynn array evaluate` writes: settings, and points of all values swept so far.

    results: the start of the name of the file that keeps it; points that it holds are not
    computed again. Other options, inputs or images have a file of their own.
    """
    arguments: list[object] = ["array", "evaluate", subject.image, subject.inputs]
    arguments += [subject.labels] if subject.labels else []
    arguments += ["--limit", subject.limit, *options]
    results = _kept(results, subject, arguments[4:])
    arguments += ["--instances", devices]
    for field, values in sweep.items():
        arguments += ["--sweep", f"{field}={','.join(f'{v:g}' for v in values)}"]
    _call([*arguments, "--json", results])
    return json.loads(results.read_text())


def energy(subject: Subject, options: Sequence[object], results: Path) -> dict:
    """What `baynn array energy` writes; results: as of evaluate."""
    arguments = ["--limit", subject.limit, *options]
    results = _kept(results, subject, arguments)
    if not results.exists():
        partial = results.with_suffix(".partial")
        _call(["array", "energy", subject.image, subject.inputs, *arguments, "--json", partial])
        partial.replace(results)
    return json.loads(results.read_text())
