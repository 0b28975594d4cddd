# SPDX-License-Identifier: Apache-2.0
"""What all layers of a graph have in common."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from .decisions import Decisions
from .tensor_type import TensorType


class Layer(nn.Module):
    """One layer of the image format, with its training.

    sources: numbers of the tensors that it takes. output: what it makes.
    decisions: its random decisions, or None.
    bound: after `finish`, the largest absolute value of an output integer, as SPEC.md
    derives it; None before. A finished layer computes in float64 what the image computes.
    """

    def __init__(
        self, sources: Sequence[int], output: TensorType, decisions: Decisions | None = None
    ) -> None:
        super().__init__()
        self.sources = tuple(sources)
        self.output = output
        self.decisions = decisions
        self.bound: int | None = None

    @property
    def is_finished(self) -> bool:
        return self.bound is not None

    def forward(self, inputs: Sequence[Tensor], state: Tensor | None) -> Tensor:
        """inputs: [batch, channels, height, width] each; state: what `decisions` drew.
        Returns values of the output tensor."""
        raise NotImplementedError

    def branches(self, inputs: Sequence[Tensor]) -> Iterator[Tensor]:
        """The outputs for every state of its sites, in order; the only one if it has none."""
        states = 1 if self.decisions is None else self.decisions.states
        for state in range(states):
            yield self(inputs, torch.full((len(inputs[0]),), state))

    def resample(self, generator: torch.Generator | None) -> None:
        """Draws what changes from step to step of a training but not from sample to sample."""

    def prepare(self, generator: torch.Generator) -> None:
        """Fixes, before `finish`, what is random in training but fixed in the image."""

    @property
    def needs_statistics(self) -> bool:
        return False

    def collect(self, inputs: Sequence[Tensor], state: Tensor | None) -> None:
        """Adds a batch to the statistics that `finish` uses."""

    def settle(self) -> None:
        """Takes over the statistics that were collected."""

    def finish(self, bounds: Sequence[int]) -> None:
        """Makes parameters what the image can hold and sets `bound`.

        bounds: of the integers (or largest codes) of each source."""
        raise NotImplementedError

    def kl(self) -> Tensor | float:
        """Kullback-Leibler divergence of the posterior from the prior, in nats."""
        return 0.0

    def regularizer(self) -> Tensor | float:
        """What a training adds to the loss of each step, in nats."""
        return 0.0
