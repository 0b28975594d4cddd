# SPDX-License-Identifier: Apache-2.0
"""Real weights as odd integers times one scale for each output (SPEC.md, 3.9)."""

from fractions import Fraction

import numpy as np

from .problems import Unsupported, require
from .value import Rationals

LARGEST = 255
TOLERANCE = 1e-6
"""Relative error that a product of a float32 scale and an integer may have."""


def odd_weights(weights: np.ndarray) -> tuple[np.ndarray, Rationals]:
    """weights: float64 [rows, outputs]. Returns odd integers [rows, outputs], abs at most 255,
    and the scale of each output. Bipolar weights become -1 and 1, exactly."""
    require(bool(np.isfinite(weights).all()), "a weight is not finite")
    magnitude = abs(weights)
    smallest = magnitude.min(0)
    empty = np.flatnonzero(smallest == 0)
    require(
        not len(empty),
        f"output {empty[0] if len(empty) else 0} has a weight of 0; weights must be bipolar, or "
        "odd multiples of one number: train them with BipolarQuant",
    )
    divisors = np.zeros(weights.shape[1], np.int64)
    for divisor in range(1, LARGEST + 1, 2):
        open_columns = np.flatnonzero(divisors == 0)
        if not len(open_columns):
            break
        ratio = magnitude[:, open_columns] / smallest[open_columns] * divisor
        nearest = 2 * np.round((ratio - 1) / 2) + 1
        fits = (abs(ratio - nearest) <= TOLERANCE * ratio).all(0) & (nearest.max(0) <= LARGEST)
        divisors[open_columns[fits]] = divisor
    wrong = np.flatnonzero(divisors == 0)
    if len(wrong):
        column = magnitude[:, wrong[0]]
        raise Unsupported(
            f"the weights are not bipolar: those of output {wrong[0]} range from "
            f"{column.min():.4g} to {column.max():.4g} and are not odd multiples, up to {LARGEST}, "
            "of one number; train them with BipolarQuant"
        )
    integers = np.round(weights / smallest * divisors).astype(np.int64)
    scales = [Fraction(s) / d for s, d in zip(smallest.tolist(), divisors.tolist(), strict=True)]
    return integers, np.array(scales, object)
