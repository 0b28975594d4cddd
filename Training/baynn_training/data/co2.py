# SPDX-License-Identifier: Apache-2.0
"""Monthly CO2 on Mauna Loa (public domain): a year ahead from the last three years."""

import csv
from pathlib import Path

import numpy as np
import torch

from .image_classes import SPLIT_SEED
from .parts import Data, Part, require, uniform_noise

WINDOW = 36
"""Months that an input covers."""

HORIZON = 12
"""Months ahead that are predicted, each an output."""

TRAIN_END = "2000-01"
VALIDATION_END = "2010-01"
"""Chronological: a target month before the first trains, between the two sets the threshold."""

MONTH_CODES = 48
YEAR_CODES = 32
"""Codes per ppm of the two channels."""

SOURCE = (
    "Get co2-mm-mlo.csv from https://github.com/datasets/co2-ppm (public domain; measured by "
    "NOAA/ESRL and Scripps) into that folder."
)


def read_months(folder: Path) -> tuple[list[str], np.ndarray]:
    """Months as "1958-03" and their means in ppm; no month is missing."""
    place = folder / "co2_mauna_loa"
    require(place, ["co2-mm-mlo.csv"], SOURCE)
    with open(place / "co2-mm-mlo.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Date"]]
    months = [row["Date"][:7] for row in rows]
    values = np.array([float(row["Average"]) for row in rows])
    if (values < 0).any():
        raise ValueError(f"{place / 'co2-mm-mlo.csv'} has missing months: get a newer one")
    return months, values


def encode(history: np.ndarray) -> np.ndarray:
    """u8 [WINDOW, 2] from the last WINDOW + 12 means in ppm: the change within each month,
    and the change against the year before less that of the last month.

    Growth relative to the latest one does not shift when CO2 grows faster than before."""
    within = np.diff(history)[-WINDOW:] * MONTH_CODES
    growth = history[12:] - history[:-12]
    relative = (growth - growth[-1])[-WINDOW:] * YEAR_CODES
    codes = 128 + np.stack([within, relative], 1)
    return np.rint(codes).clip(0, 255).astype(np.uint8)


def reference(history: np.ndarray) -> np.ndarray:
    """Seasonal forecast with drift: the same month a year ago plus the last year's growth.

    history: [at least 13], ppm; returns [HORIZON], ppm. The model learns what is to add.
    """
    return history[-12:] + (history[-1] - history[-13])


def _windows(months: list[str], values: np.ndarray, begin: str, end: str) -> dict[str, np.ndarray]:
    """All windows whose last target month is in [begin, end)."""
    rows: dict[str, list[np.ndarray]] = {"x": [], "y": [], "naive": [], "reference": []}
    for now in range(WINDOW + 12, len(values) - HORIZON + 1):
        if begin <= months[now + HORIZON - 1] < end:
            history, future = values[:now], values[now : now + HORIZON]
            rows["x"].append(encode(history[-WINDOW - 12 :]))
            rows["y"].append(future - reference(history))
            rows["naive"].append(history[-12:] - future)
            rows["reference"].append(reference(history) - future)
    return {name: np.stack(list_of) for name, list_of in rows.items()}


def _part(windows: dict[str, np.ndarray]) -> Part:
    x = torch.from_numpy(windows["x"])[:, None]
    return Part(x, torch.from_numpy(windows["y"]).float())


def load(folder: Path) -> Data:
    """Inputs u8 [count, 1, 36, 2]; targets [count, 12]: ppm to add to the reference."""
    months, values = read_months(folder)
    bounds = [("", TRAIN_END), (TRAIN_END, VALIDATION_END), (VALIDATION_END, "9999")]
    windows = [_windows(months, values, *bound) for bound in bounds]
    train, validation, test = map(_part, windows)
    order = torch.randperm(WINDOW, generator=torch.Generator().manual_seed(SPLIT_SEED))
    outside = {
        "played backwards": test.x.flip(2),
        "months shuffled": test.x[:, :, order],
        "uniform noise": uniform_noise((500, 1, WINDOW, 2), SPLIT_SEED),
    }
    errors = {
        "the value a year before": windows[2]["naive"],
        "that with drift": windows[2]["reference"],
    }
    return Data(train, validation, test, outside, {"errors of baselines": errors})
