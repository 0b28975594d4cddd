# SPDX-License-Identifier: Apache-2.0
"""Binary weights, sums over everything, thresholds (SPEC.md, 3.2)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .forms import Bits, Integers, TensorForm, codes_form
from .layer import Layer
from .methods import NO_METHOD, SCALE_DROPOUT


def weighted_sums(weights: Bits, x: Integers) -> Integers:
    """v_j = sum_i w_ij x_i; weights: [n, m], true = +1; x: [..., n]; returns [..., m]."""
    return x @ (2 * weights.astype(np.int64) - 1)


@dataclass(frozen=True, eq=False)
class DenseLayer(Layer):
    """output_j = (v_j + K >= threshold_j) XOR inversion_j, for each state.

    weights: bool [n, m], true = +1.
    maximum: largest value of an input element; K = n * maximum.
    drop_q16: Q0.16 probability of state 1, or 0 for a layer of one state.
    thresholds: [states, m], 0 to 2K + 1. inversions: bool [states, m].
    """

    weights: Bits
    maximum: int
    drop_q16: int
    thresholds: Integers
    inversions: Bits

    @property
    def method(self) -> int:
        return SCALE_DROPOUT if self.drop_q16 else NO_METHOD

    @property
    def bound(self) -> int:
        """K, the largest absolute value of a sum."""
        return len(self.weights) * self.maximum

    @property
    def sites(self) -> tuple[int, ...]:
        return (self.drop_q16,) if self.drop_q16 else ()

    def sources(self, number: int) -> tuple[int, ...]:
        return (number - 1,)

    def output(self, *sources: TensorForm) -> TensorForm:
        return codes_form(1, 1, self.weights.shape[1], 1)

    def sums(self, x: Integers) -> Integers:
        """x: [..., n]; returns v: [..., m]."""
        return weighted_sums(self.weights, x)

    def outputs(self, sums: Integers, state: int) -> Integers:
        """v: [..., m]; returns bits: [..., m]."""
        reached = sums + self.bound >= self.thresholds[state]
        return (reached ^ self.inversions[state]).astype(np.int64)

    def evaluate(
        self,
        sources: Sequence[Integers],
        forms: Sequence[TensorForm],
        state: int,
        wide: Integers | None,
    ) -> Integers:
        (x,) = sources
        flat = x.reshape(*x.shape[:-3], len(self.weights))
        return self.outputs(self.sums(flat), state)[..., None, None, :]
