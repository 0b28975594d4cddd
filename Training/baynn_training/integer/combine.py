# SPDX-License-Identifier: Apache-2.0
"""Addition, concatenation and upsampling (SPEC.md, 3.13)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .forms import Integers, TensorForm, integers_form
from .layer import Layer


@dataclass(frozen=True, eq=False)
class Add(Layer):
    """Sums of two tensors of integers. first, second: tensor numbers."""

    first: int
    second: int

    def sources(self, number: int) -> tuple[int, ...]:
        return self.first, self.second

    def output(self, *sources: TensorForm) -> TensorForm:
        first, second = sources
        return integers_form(*first.shape, first.bound + second.bound)

    def evaluate(
        self,
        sources: Sequence[Integers],
        forms: Sequence[TensorForm],
        state: int,
        wide: Integers | None,
    ) -> Integers:
        return sources[0] + sources[1]


@dataclass(frozen=True, eq=False)
class Concatenate(Layer):
    """The channels of one tensor, then those of another. first, second: tensor numbers."""

    first: int
    second: int

    def sources(self, number: int) -> tuple[int, ...]:
        return self.first, self.second

    def output(self, *sources: TensorForm) -> TensorForm:
        first, second = sources
        channels = first.channels + second.channels
        return first.like(channels=channels, bound=max(first.bound, second.bound))

    def evaluate(
        self,
        sources: Sequence[Integers],
        forms: Sequence[TensorForm],
        state: int,
        wide: Integers | None,
    ) -> Integers:
        return np.concatenate(sources, axis=-1)


@dataclass(frozen=True, eq=False)
class Upsample(Layer):
    """Repeats every position. source: tensor number. factor: (y, x), 1 to 255 each."""

    source: int
    factor: tuple[int, int]

    def sources(self, number: int) -> tuple[int, ...]:
        return (self.source,)

    def output(self, *sources: TensorForm) -> TensorForm:
        (source,) = sources
        height, width = source.height * self.factor[0], source.width * self.factor[1]
        return source.like(height=height, width=width)

    def evaluate(
        self,
        sources: Sequence[Integers],
        forms: Sequence[TensorForm],
        state: int,
        wide: Integers | None,
    ) -> Integers:
        return sources[0].repeat(self.factor[0], axis=-3).repeat(self.factor[1], axis=-2)
