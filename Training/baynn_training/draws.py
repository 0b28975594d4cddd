# SPDX-License-Identifier: Apache-2.0
"""The random decisions of a batch: those of every layer, for every sample."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Draws:
    """states: for each layer that decides anything, by the number of its tensor, what it
    decided: int64 or bool [batch, ...] (see layers/decisions.py)."""

    states: dict[int, Tensor]

    def __getitem__(self, samples: slice | Tensor) -> "Draws":
        return Draws({number: state[samples] for number, state in self.states.items()})

    def expand(self, batch: int) -> "Draws":
        """The decisions of one sample, for a whole batch."""
        return Draws({n: s.expand(batch, *s.shape[1:]) for n, s in self.states.items()})
