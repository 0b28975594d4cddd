# SPDX-License-Identifier: Apache-2.0
"""How good probabilities and uncertainties are."""

import torch
from scipy.stats import rankdata
from torch import Tensor

ECE_BINS = 15


def accuracy(p: Tensor, y: Tensor) -> float:
    """p: [count, classes]; y: [count]; the share of right answers."""
    return (p.argmax(1) == y).double().mean().item()


def negative_log_likelihood(p: Tensor, y: Tensor) -> float:
    """Mean of -ln p[y], in nats. 2^-31 is the least probability but 0 of the runtime."""
    chosen = p.gather(1, y[:, None])
    return -chosen.clamp_min(2.0**-31).log().mean().item()


def calibration_bins(p: Tensor, y: Tensor) -> list[tuple[int, float, float]]:
    """Count, mean confidence and accuracy of each of 15 equal bins of the confidence."""
    confidence, label = p.max(1)
    bins = (confidence * ECE_BINS).ceil().long().sub(1).clamp(0, ECE_BINS - 1)
    rows = []
    for i in range(ECE_BINS):
        inside = bins == i
        count = int(inside.sum())
        right = (label == y)[inside].double()
        rows.append(
            (count, confidence[inside].mean().item(), right.mean().item())
            if count
            else (0, 0.0, 0.0)
        )
    return rows


def expected_calibration_error(p: Tensor, y: Tensor) -> float:
    """Mean distance of confidence and accuracy (Guo et al. 2017, eq. 5)."""
    rows = calibration_bins(p, y)
    return sum(count * abs(c - a) for count, c, a in rows) / len(y)


def auroc(inside: Tensor, outside: Tensor) -> float:
    """Probability that a random score from outside exceeds one from inside; ties count
    one half (Mann-Whitney). Scores: [count]."""
    ranks = torch.from_numpy(rankdata(torch.cat([inside, outside]).numpy()))
    m, n = len(outside), len(inside)
    return ((ranks[n:].sum().item() - m * (m + 1) / 2) / (m * n)) if m * n else float("nan")
