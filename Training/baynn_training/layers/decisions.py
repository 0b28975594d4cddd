# SPDX-License-Identifier: Apache-2.0
"""The random decisions of a layer: one independent set for each sample (SPEC.md, 3.8)."""

from collections.abc import Sequence

import torch
from torch import Tensor

GAUSSIAN_MAXIMUM_Q16 = 321052
"""Largest absolute value of a Gaussian of the runtime, Q16.16."""


def _check(probability: float) -> float:
    if not 0 < probability < 1:
        raise ValueError(f"drop probability {probability} is not between 0 and 1")
    return probability


class SiteDecisions:
    """A few bits for a whole layer: few enough states to enumerate.

    probabilities: of a 1, for each bit, the most significant one first.
    """

    def __init__(self, probabilities: Sequence[float]) -> None:
        self.probabilities = [_check(p) for p in probabilities]

    @property
    def states(self) -> int:
        return 1 << len(self.probabilities)

    def draw(self, batch: int, generator: torch.Generator | None) -> Tensor:
        """Returns the state of each sample: int64 [batch]."""
        threshold = torch.tensor(self.probabilities)
        bits = torch.rand(batch, len(threshold), generator=generator) < threshold
        place = 1 << torch.arange(len(threshold) - 1, -1, -1)
        return (bits * place).sum(1)

    def deterministic(self, batch: int) -> Tensor:
        return torch.zeros(batch, dtype=torch.int64)


class DropDecisions:
    """One bit for each of `count` rows or channels: too many states to enumerate."""

    def __init__(self, count: int, probability: float) -> None:
        self.count = count
        self.probability = _check(probability)

    def draw(self, batch: int, generator: torch.Generator | None) -> Tensor:
        """Returns what is dropped: bool [batch, count]."""
        return torch.rand(batch, self.count, generator=generator) < self.probability

    def deterministic(self, batch: int) -> Tensor:
        return torch.zeros(batch, self.count, dtype=torch.bool)


class GaussianDecisions:
    """One Gaussian for each of `count` channels, as the runtime makes it: the sum of eight
    uniform 16-bit numbers, scaled to mean 0 and standard deviation 1 (SPEC.md, section 5)."""

    def __init__(self, count: int) -> None:
        self.count = count

    def draw(self, batch: int, generator: torch.Generator | None) -> Tensor:
        """Returns int64 [batch, count], Q16.16."""
        halves = torch.randint(0, 1 << 16, (8, batch, self.count), generator=generator)
        # An arithmetic shift is the floor of the specification.
        return ((2 * halves.sum(0) - 524280) * 40132) >> 16

    def deterministic(self, batch: int) -> Tensor:
        return torch.zeros(batch, self.count, dtype=torch.int64)


Decisions = SiteDecisions | DropDecisions | GaussianDecisions
