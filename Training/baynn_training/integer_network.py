# SPDX-License-Identifier: Apache-2.0
"""The network as the image holds it: bits and integers only (SPEC.md, section 3)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .leaves import leaf_states

Bits = NDArray[np.bool_]
Integers = NDArray[np.int64]


def _weighted_sums(weights: Bits, x: Integers) -> Integers:
    """v_j = sum_i w_ij x_i; weights: [n, m], true = +1; x: [..., n]; returns [..., m]."""
    return x @ (2 * weights.astype(np.int64) - 1)


@dataclass(frozen=True)
class DenseLayer:
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
    def bound(self) -> int:
        """K, the largest absolute value of a sum."""
        return len(self.weights) * self.maximum

    def sums(self, x: Integers) -> Integers:
        """x: [..., n]; returns v: [..., m]."""
        return _weighted_sums(self.weights, x)

    def outputs(self, sums: Integers, state: int) -> Integers:
        """v: [..., m]; returns bits: [..., m]."""
        reached = sums + self.bound >= self.thresholds[state]
        return (reached ^ self.inversions[state]).astype(np.int64)


@dataclass(frozen=True)
class SoftmaxHead:
    """logit_k = scale_k v_k + bias_k, Q11.20.

    weights: bool [n, classes], true = +1. scale, bias: [classes].
    """

    weights: Bits
    scale: Integers
    bias: Integers

    def sums(self, x: Integers) -> Integers:
        """x: [..., n]; returns v: [..., classes]."""
        return _weighted_sums(self.weights, x)

    def logits(self, sums: Integers) -> Integers:
        return sums * self.scale + self.bias


@dataclass(frozen=True)
class IntegerNetwork:
    """shape: (height, width, channels); maximum: of an input element, 1 to 255."""

    shape: tuple[int, int, int]
    maximum: int
    layers: tuple[DenseLayer, ...]
    head: SoftmaxHead

    @property
    def drop_q16(self) -> list[int]:
        """Drop probability of each site."""
        return [layer.drop_q16 for layer in self.layers if layer.drop_q16]

    @property
    def classes(self) -> int:
        return len(self.head.scale)

    def trace(self, x: Integers, mask: int) -> tuple[Integers, list[Integers]]:
        """Evaluates one leaf: returns the logits, and the sums v of every layer, head
        included. x: [..., elements], 0 to maximum; mask: states of the sites."""
        states = iter(leaf_states(mask, len(self.drop_q16)))
        bits, sums = np.asarray(x, np.int64), []
        for layer in self.layers:
            sums.append(layer.sums(bits))
            bits = layer.outputs(sums[-1], next(states) if layer.drop_q16 else 0)
        sums.append(self.head.sums(bits))
        return self.head.logits(sums[-1]), sums
