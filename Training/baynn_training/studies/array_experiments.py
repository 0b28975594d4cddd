# SPDX-License-Identifier: Apache-2.0
"""What models are put through on emulated arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..paths import MODELS
from .array_tool import Subject
from .images import Files
from .variants import VARIANTS

DEVICES = 30
CALIBRATION_INPUTS = 32
STABILITY = 40
"""Of a cell, in kT: low, so that years pass in a study; e^40 ns are 7.5 years."""

NETWORKS = ("none", "layer", "inverted", "affine")
"""Frozen statistics, the control of statistics per input, and inverted normalization without
and with its random part."""
SINGLE = NETWORKS[:3]
"""Those that are one network, and so take seconds a device rather than minutes."""

NETWORK_INPUTS = 100
MODEL_INPUTS = {
    "digits": 200,
    "mnist": 40,
    "fashion": 40,
    "ecg": 100,
    "spoken_digits": 30,
    "co2": 60,
    "cifar10": 20,
    "vessels": 1,
}
"""Of each device, so that all of them together take minutes. A tile of vessels has thousands of
positions."""
TRIED = tuple(name for name, inputs in MODEL_INPUTS.items() if inputs > 1)
"""Those whose predictions are judged: one tile says nothing."""


@dataclass(frozen=True)
class Experiment:
    """One question: an option of the tool that is swept.

    options: of the tool, fixed. grid: a second option that is swept as well. networks: those
    that answer it; empty for the published models.
    """

    name: str
    axis: str
    values: tuple[float, ...]
    options: tuple[object, ...] = ()
    grid: dict[str, Sequence[float]] = field(default_factory=dict)
    networks: tuple[str, ...] = SINGLE

    @property
    def sweep(self) -> dict[str, Sequence[float]]:
        return {self.axis: self.values} | self.grid


EXPERIMENTS = (
    Experiment("deviation", "scale-deviation", (0.5, 1, 1.5, 2, 3, 6), networks=NETWORKS),
    Experiment("stuck", "stuck", (0.1, 0.5, 1, 2, 5, 10)),
    Experiment(
        "retention", "retention-hours", (1000, 3000, 10000, 20000), ("--stability", STABILITY)
    ),
    Experiment("rows", "scale-deviation", (1, 2), grid={"active-rows": (8, 32)}),
    Experiment("harder", "active-rows", (4, 8, 16), ("--device", "harder")),
    Experiment("models-deviation", "scale-deviation", (1, 3), networks=()),
    Experiment("models-stuck", "stuck", (1, 5), networks=()),
)

RECOVERIES = {
    "nothing": (),
    "calibrated": ("--recover", "calibrate"),
    "scrubbed": ("--recover", "scrub"),
    "scrubbed, calibrated": ("--recover", "scrub,calibrate"),
    "check bits": ("--recover", "ecc", "--ecc"),
}
"""Options of the tool by what has been done before the device is used."""

FAULTS = (
    Experiment("recovery-stuck", "stuck", (1, 5)),
    Experiment("recovery-retention", "retention-hours", (1000, 10000), ("--stability", STABILITY)),
    Experiment("recovery-deviation", "scale-deviation", (3,)),
    Experiment("recovery-offset", "converter-offset-deviation", (0.5,)),
)
"""Of the network with frozen statistics: what is won back."""


def networks(files: Files) -> list[Subject]:
    return [
        Subject(
            name,
            "frozen batch norm" if name == "none" else VARIANTS[name].title,
            files.image(name, 0),
            files.inputs,
            files.labels,
            NETWORK_INPUTS,
        )
        for name in NETWORKS
    ]


def models(data: Path) -> list[Subject]:
    """The published models; data: a folder with a folder of held-out files for each task."""
    subjects = []
    for name, limit in MODEL_INPUTS.items():
        folder = MODELS / name
        inputs = folder / "digits-test.u8" if name == "digits" else data / name
        subjects.append(Subject(name, name, folder / f"{name}.baynn", inputs, None, limit))
    return subjects
