# SPDX-License-Identifier: Apache-2.0
"""The digits network and how it is trained."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from ..network import BinaryNetwork
from ..training import Budget, train
from .augment import Augmentation
from .data import CLASSES, MAXIMUM, SIDE, Part


@dataclass(frozen=True)
class Recipe:
    """drop_probability: of the scales of both hidden layers; 0 is an ordinary network."""

    drop_probability: float = 0.15
    budget: Budget = field(default_factory=Budget)
    augmentation: Augmentation | None = field(default_factory=Augmentation)
    hidden: tuple[int, ...] = (256, 128)

    def twin(self) -> "Recipe":
        """The deterministic network that the Bayesian one is compared with: nothing else
        differs."""
        return replace(self, drop_probability=0.0)

    def make_network(self) -> BinaryNetwork:
        shape = (SIDE, SIDE, 1)
        return BinaryNetwork(shape, MAXIMUM, self.hidden, CLASSES, self.drop_probability)

    def train(
        self, part: Part, seed: int, title: str, checkpoint: Path | None = None
    ) -> BinaryNetwork:
        """Returns a finished network."""
        return train(
            self.make_network,
            part.x,
            part.y,
            seed,
            self.budget,
            self.augmentation,
            checkpoint,
            title,
        )
