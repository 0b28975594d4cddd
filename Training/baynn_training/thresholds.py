# SPDX-License-Identifier: Apache-2.0
"""A normalization, a scale and a sign as one integer threshold, exactly (SPEC.md, 3.2)."""

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from .layers.batch_statistics import BatchStatistics


def doubles(tensor: torch.Tensor, what: str) -> list[float]:
    """The elements of a vector; raises ValueError if one is not finite."""
    values = tensor.detach().double()
    if not bool(values.isfinite().all()):
        raise ValueError(f"{what} is not finite: did the training diverge?")
    return values.tolist()


def solve_unit(
    scale: float, mean: float, sigma: float, gamma: float, beta: float
) -> tuple[int | None, bool]:
    """Solves gamma (scale z - mean) / sigma + beta >= 0 for integers z, in exact rationals.

    Returns (least z, False) for z >= least, (least z, True) for NOT z >= least, and
    (None, always) if the condition does not depend on z.
    """
    slope = Fraction(gamma) * Fraction(scale)
    # At z = 0, times sigma.
    level = Fraction(beta) * Fraction(sigma) - Fraction(gamma) * Fraction(mean)
    if slope == 0:
        return None, level >= 0
    theta = -level / slope
    return (ceil(theta), False) if slope > 0 else (floor(theta) + 1, True)


def threshold(least: int, sum_of_weights: int | None, bound: int) -> int:
    """A, from the least sum of signs z (or of values v): the least v + K that reaches it,
    clamped to [0, 2K + 1].

    sum_of_weights: W if bits are summed, z = 2 v - W; None where z = v.
    """
    if sum_of_weights is not None:
        least = -((-least - sum_of_weights) // 2)  # ceil((z + W) / 2)
    return min(max(least + bound, 0), 2 * bound + 1)


Units = list[tuple[float, float, float, float, float]]


def fold_units(
    units: Units, sums_of_weights: list[int | None], bound: int
) -> tuple[np.ndarray, np.ndarray]:
    """units: scale, mean, sigma, gamma and beta of each output. Returns thresholds, int64
    [outputs], and inversions, bool [outputs]."""
    thresholds = np.zeros(len(units), np.int64)
    inversions = np.zeros(len(units), bool)
    for j, (unit, total) in enumerate(zip(units, sums_of_weights, strict=True)):
        least, inverted = solve_unit(*unit)
        if least is None:  # constant: inverted says which
            thresholds[j] = 0 if inverted else 2 * bound + 1
        else:
            thresholds[j] = threshold(least, total, bound)
            inversions[j] = inverted
    return thresholds, inversions


def fold_normalization(
    scales: list[torch.Tensor], norm: "BatchStatistics", bound: int
) -> tuple[np.ndarray, np.ndarray]:
    """Of signed sums, abs at most bound, behind a batch normalization with its statistics.

    scales: [outputs] each, what multiplies the sums in each state. States are those of the
    scales for each copy of the statistics. Returns int64 and bool [states, outputs].
    """
    gammas, betas = doubles(norm.gamma, "a gamma"), doubles(norm.beta, "a beta")
    rows = []
    for mean, sigma in zip(norm.mean, norm.sigma, strict=True):
        means, sigmas = doubles(mean, "a mean"), doubles(sigma, "a variance")
        for scale in scales:
            values = doubles(scale, "a scale"), means, sigmas, gammas, betas
            units = list(zip(*values, strict=True))
            rows.append(fold_units(units, [None] * len(units), bound))
    thresholds, inversions = zip(*rows, strict=True)
    return np.stack(thresholds), np.stack(inversions)


def telling_sums(thresholds: np.ndarray, bound: int) -> np.ndarray:
    """Sums v at both ends and on both sides of each threshold: int64 [4, outputs].

    Operations of floating point are monotone, so a unit that decides like its threshold here
    does so for all sums.
    """
    reached = thresholds - bound
    end = np.full_like(reached, bound)
    return np.stack([-end, reached - 1, reached, end]).clip(-bound, bound)
