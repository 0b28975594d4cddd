# SPDX-License-Identifier: Apache-2.0
"""Convolutions with weights of 1 to 8 bits (SPEC.md, 3.9)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .forms import Bits, Integers, TensorForm, codes_form, integers_form
from .layer import Layer
from .methods import NO_METHOD, SCALE_DROPOUT, SPATIAL_SPINDROP, SPINBAYES, SPINDROP, copy_sites
from .taps import seen


@dataclass(frozen=True, eq=False)
class Convolution(Layer):
    """z_j = sum over rows in range and not dropped of w_ij value_i; integers, or the bit
    (z_j + K >= threshold_j) XOR inversion_j.

    source: tensor number. maximum: M, the largest element of the source (255 at most).
    kernel, stride, dilation: (y, x). pad: (top, left). size: (height, width) of the output.
    weights: int [copies, n, m], odd, |w| <= 2^weight_bits - 1; row i is
    (ky * kernel width + kx) * C + c. copies is 1 but for SpinBayes.
    signed: elements stand for 2 x - M; otherwise for x.
    method: 0 to 4 (integer.methods); probability: Q0.16, of methods 1, 2 and 3.
    thresholds: [states, m], 0 to 2K + 1; inversions: bool [states, m]; both None for integers.
    """

    source: int
    maximum: int
    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    pad: tuple[int, int]
    size: tuple[int, int]
    weights: Integers
    weight_bits: int = 1
    signed: bool = True
    transposed: bool = False
    method: int = NO_METHOD
    probability: int = 0
    thresholds: Integers | None = None
    inversions: Bits | None = None

    @property
    def copies(self) -> int:
        return self.weights.shape[0]

    @property
    def rows(self) -> int:
        """n, taps times channels of the source."""
        return self.weights.shape[1]

    @property
    def outputs(self) -> int:
        """m, channels of the output."""
        return self.weights.shape[2]

    @property
    def states(self) -> int:
        """0 if integers come out, else the number of sets of thresholds."""
        return 0 if self.thresholds is None else len(self.thresholds)

    @property
    def source_channels(self) -> int:
        return self.rows // (self.kernel[0] * self.kernel[1])

    @property
    def bound(self) -> int:
        """K, the largest absolute value of a sum."""
        return self.rows * self.maximum * ((1 << self.weight_bits) - 1)

    @property
    def sites(self) -> tuple[int, ...]:
        if self.method == SCALE_DROPOUT:
            return (self.probability,)
        return copy_sites(self.copies) if self.method == SPINBAYES else ()

    @property
    def wide(self) -> int:
        if self.method == SPINDROP:
            return self.rows
        return self.source_channels if self.method == SPATIAL_SPINDROP else 0

    def sources(self, number: int) -> tuple[int, ...]:
        return (self.source,)

    def output(self, *sources: TensorForm) -> TensorForm:
        if self.states:
            return codes_form(*self.size, self.outputs, 1)
        return integers_form(*self.size, self.outputs, self.bound)

    def sums(self, x: Integers, copy: int = 0, dropped: Integers | None = None) -> Integers:
        """x: elements [..., H, W, C]; dropped: [size] or [count, size], see Layer.evaluate.
        Returns z: [..., height, width, m].

        Every product and partial sum is an integer of at most K < 2^24, which float32 holds.
        """
        values = (2 * x - self.maximum if self.signed else x).astype(np.float32)
        channels = self.source_channels
        weights = self.weights[copy].astype(np.float32)
        weights = weights.reshape(*self.kernel, channels, self.outputs)
        z = np.zeros((*x.shape[:-3], *self.size, self.outputs), np.float32)
        for ky in range(self.kernel[0]):
            out_y, in_y = self._seen(0, ky, x.shape[-3])
            for kx in range(self.kernel[1]):
                out_x, in_x = self._seen(1, kx, x.shape[-2])
                if not len(out_y) or not len(out_x):
                    continue
                seen_values = values[..., in_y[:, None], in_x[None, :], :]
                if dropped is not None:
                    first = (ky * self.kernel[1] + kx) * channels if self.method == SPINDROP else 0
                    keep = 1 - np.asarray(dropped, np.float32)[..., first : first + channels]
                    seen_values = seen_values * keep[..., None, None, :]
                z[..., out_y[:, None], out_x[None, :], :] += seen_values @ weights[ky, kx]
        return z.astype(np.int64)

    def _seen(self, axis: int, tap: int, inputs: int) -> tuple[Integers, Integers]:
        return seen(
            self.size[axis],
            inputs,
            tap,
            self.stride[axis],
            self.dilation[axis],
            self.pad[axis],
            self.transposed,
        )

    def evaluate(
        self,
        sources: Sequence[Integers],
        forms: Sequence[TensorForm],
        state: int,
        wide: Integers | None,
    ) -> Integers:
        z = self.sums(sources[0], state if self.method == SPINBAYES else 0, wide)
        if self.thresholds is None or self.inversions is None:
            return z
        row = state if self.states > 1 else 0
        reached = z + self.bound >= self.thresholds[row]
        return (reached ^ self.inversions[row]).astype(np.int64)
