# SPDX-License-Identifier: Apache-2.0
"""Normalization by the statistics of one input, with sign activation (SPEC.md, 3.11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

import numpy as np

from .forms import Integers, TensorForm, codes_form
from .layer import Layer
from .methods import AFFINE_DROPOUT, NO_METHOD

INVERTED = 1
LAYER = 2

_roots = np.frompyfunc(isqrt, 1, 1)


@dataclass(frozen=True, eq=False)
class Normalization(Layer):
    """Compares each element with the statistics of its group of channels.

    source: tensor number. mode: INVERTED or LAYER. groups: divides C.
    method: 0, or 6 in mode INVERTED; probability_gamma, probability_beta: Q0.16, of method 6.
    one: the integer for a gamma of 1 in mode INVERTED, 1 to 2^24; else 0.
    gamma, beta: int [C].
    """

    source: int
    mode: int
    gamma: Integers
    beta: Integers
    groups: int = 1
    method: int = NO_METHOD
    probability_gamma: int = 0
    probability_beta: int = 0
    one: int = 0

    @property
    def sites(self) -> tuple[int, ...]:
        if self.method != AFFINE_DROPOUT:
            return ()
        return self.probability_gamma, self.probability_beta

    def sources(self, number: int) -> tuple[int, ...]:
        return (self.source,)

    def output(self, *sources: TensorForm) -> TensorForm:
        return codes_form(*sources[0].shape, 1)

    def evaluate(
        self,
        sources: Sequence[Integers],
        forms: Sequence[TensorForm],
        state: int,
        wide: Integers | None,
    ) -> Integers:
        values = sources[0]
        split = values.reshape(*values.shape[:-1], self.groups, -1)
        axes = (-4, -3, -1)
        count = split.shape[-4] * split.shape[-3] * split.shape[-1]
        gamma, beta = (row.reshape(self.groups, -1) for row in (self.gamma, self.beta))
        if self.mode == INVERTED:
            if state & 2:
                gamma = np.full_like(gamma, self.one)
            if state & 1:
                beta = np.zeros_like(beta)
            u = gamma * split + beta
            fires = count * u >= u.sum(axes, keepdims=True)
        else:
            total = split.sum(axes, keepdims=True)
            squares = (split * split).sum(axes, keepdims=True)
            root = np.maximum(_roots(count * squares - total * total).astype(np.int64), 1)
            fires = gamma * (count * split - total) + beta * root >= 0
        return fires.reshape(values.shape).astype(np.int64)
