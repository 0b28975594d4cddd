# SPDX-License-Identifier: Apache-2.0
"""A recurrent layer with binary recurrent weights and hard activations (SPEC.md, 3.14)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .dense import weighted_sums
from .forms import Bits, Integers, TensorForm, codes_form
from .layer import Layer

ONE_Q16 = 1 << 16


def hard_sigmoid(v: Integers) -> Integers:
    """S: Q15.16 to 0 ... 2^16."""
    return np.clip((v >> 2) + (1 << 15), 0, ONE_Q16)


def hard_tangent(v: Integers) -> Integers:
    """T: Q15.16 to -2^16 ... 2^16."""
    return np.clip(v, -ONE_Q16, ONE_Q16)


@dataclass(frozen=True, eq=False)
class LSTM(Layer):
    """Runs over the positions of its source, whose channels are the input gate, the forget gate,
    the candidate and the output gate, m each, Q15.16.

    source: tensor number. weights: bool [m, 4 m], true = +1.
    recurrent_multiplier: int [4 m]. bits: of the codes of h. shift: 0 to 16.
    sequence: all steps come out, H x W x m; otherwise the last one, 1 x 1 x m.
    """

    source: int
    weights: Bits
    recurrent_multiplier: Integers
    bits: int = 1
    shift: int = 0
    sequence: bool = False

    @property
    def outputs(self) -> int:
        """m, channels of the output."""
        return len(self.weights)

    @property
    def bound(self) -> int:
        """K, the largest absolute value of a recurrent sum."""
        return self.outputs * ((1 << self.bits) - 1)

    def sources(self, number: int) -> tuple[int, ...]:
        return (self.source,)

    def output(self, *sources: TensorForm) -> TensorForm:
        height, width = sources[0].shape[:2] if self.sequence else (1, 1)
        return codes_form(height, width, self.outputs, self.bits)

    def code(self, h: Integers) -> Integers:
        """h: Q0.16, to codes."""
        return np.clip((h >> self.shift) + (1 << (self.bits - 1)), 0, (1 << self.bits) - 1)

    def evaluate(
        self,
        sources: Sequence[Integers],
        forms: Sequence[TensorForm],
        state: int,
        wide: Integers | None,
    ) -> Integers:
        (x,) = sources
        *batch, height, width, channels = x.shape
        steps = x.reshape(*batch, height * width, channels)
        c = np.zeros((*batch, self.outputs), np.int64)
        code, codes = self.code(c), []
        for step in range(height * width):
            z = weighted_sums(self.weights, 2 * code - ((1 << self.bits) - 1))
            gates = steps[..., step, :] + self.recurrent_multiplier * z
            g_input, g_forget, g_candidate, g_output = np.split(gates, 4, axis=-1)
            kept = hard_sigmoid(g_forget) * c
            c = (kept + hard_sigmoid(g_input) * hard_tangent(g_candidate)) >> 16
            code = self.code(hard_sigmoid(g_output) * hard_tangent(c) >> 16)
            codes.append(code)
        if not self.sequence:
            return code[..., None, None, :]
        return np.stack(codes, axis=-2).reshape(*batch, height, width, self.outputs)
