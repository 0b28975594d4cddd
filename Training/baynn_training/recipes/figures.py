# SPDX-License-Identifier: Apache-2.0
"""What is measured of one trained network, and kept as JSON so that it is measured once."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from ..export import write_atomically

FLAGGED_SHARE = 0.05
"""Of the validation data, by the policy."""


@dataclass(frozen=True)
class Threshold:
    """Flags inputs whose score exceeds `value`; rate: share of `samples` validation inputs
    that it flags."""

    value: float
    rate: float
    samples: int


@dataclass(frozen=True)
class Figures:
    """Of one variant, on held-out data. Shares are 0 to 1, times are seconds of a core.

    quality: by name, for example "accuracy", "NLL, nats", "RMSE, ppm".
    thresholds, flagged: by measure of uncertainty; flagged is the false-flag rate, the share
    of held-out inputs above the threshold.
    answered: by measure, the first quality of what is not flagged.
    auroc, detected: by name of the outside inputs, then by measure; detected at the threshold.
    curves: points of the plot, by name.
    """

    quality: dict[str, float]
    thresholds: dict[str, Threshold]
    flagged: dict[str, float]
    answered: dict[str, float]
    auroc: dict[str, dict[str, float]]
    detected: dict[str, dict[str, float]]
    curves: dict[str, list[list[float]]]
    training_seconds: float = 0.0
    weight_bits: int = 0
    sites: int = 0

    def save(self, path: Path, key: str) -> None:
        write_atomically(path, json.dumps({"key": key, **asdict(self)}, indent=1).encode())


def load_figures(path: Path, key: str) -> Figures | None:
    """Figures that `save` wrote for the same key, or None."""
    if not path.exists():
        return None
    try:
        stored = json.loads(path.read_text())
        if stored.pop("key") != key:
            return None
        stored["thresholds"] = {m: Threshold(**t) for m, t in stored["thresholds"].items()}
        return Figures(**stored)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is damaged: delete it") from error


def choose_threshold(scores: Tensor) -> Threshold:
    """Flags the most uncertain 5 % of validation scores [count]; it lies midway between the
    scores on both sides of it."""
    if len(scores) < 2:
        raise ValueError("a threshold needs at least 2 validation inputs")
    values = scores.sort(descending=True).values
    flagged = min(max(1, round(FLAGGED_SHARE * len(values))), len(values) - 1)
    value = values[flagged - 1 : flagged + 1].mean().item()
    return Threshold(value, (values > value).double().mean().item(), len(values))


def cumulative(scores: Tensor, points: int = 200) -> list[list[float]]:
    """Points (score, share of inputs below) of a distribution, for a plot."""
    shares = torch.linspace(0, 1, points, dtype=torch.float64)
    return torch.stack([scores.double().quantile(shares), shares], 1).tolist()
