# SPDX-License-Identifier: Apache-2.0
"""Maxima and sums over windows (SPEC.md, 3.12)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .forms import Integers, TensorForm, integers_form
from .layer import Layer
from .taps import seen

MAXIMUM = 1
SUM = 2


@dataclass(frozen=True, eq=False)
class Pool(Layer):
    """The largest element of each window (codes or integers), or the sum of its values.

    source: tensor number. mode: MAXIMUM or SUM. kernel, stride: (y, x). pad: (top, left).
    size: (height, width) of the output.
    """

    source: int
    mode: int
    kernel: tuple[int, int]
    stride: tuple[int, int]
    pad: tuple[int, int]
    size: tuple[int, int]

    def sources(self, number: int) -> tuple[int, ...]:
        return (self.source,)

    def output(self, *sources: TensorForm) -> TensorForm:
        (source,) = sources
        height, width = self.size
        if self.mode == MAXIMUM:
            return source.like(height=height, width=width)
        bound = self.kernel[0] * self.kernel[1] * source.bound
        return integers_form(height, width, source.channels, bound)

    def evaluate(
        self,
        sources: Sequence[Integers],
        forms: Sequence[TensorForm],
        state: int,
        wide: Integers | None,
    ) -> Integers:
        x = sources[0] if self.mode == MAXIMUM else forms[0].values(sources[0])
        start = np.iinfo(np.int64).min if self.mode == MAXIMUM else 0
        combine = np.maximum if self.mode == MAXIMUM else np.add
        result = np.full((*x.shape[:-3], *self.size, x.shape[-1]), start, np.int64)
        for ky in range(self.kernel[0]):
            out_y, in_y = self._seen(0, ky, x.shape[-3])
            for kx in range(self.kernel[1]):
                out_x, in_x = self._seen(1, kx, x.shape[-2])
                place = (..., out_y[:, None], out_x[None, :], slice(None))
                element = x[..., in_y[:, None], in_x[None, :], :]
                result[place] = combine(result[place], element)
        return result

    def _seen(self, axis: int, tap: int, inputs: int) -> tuple[Integers, Integers]:
        return seen(self.size[axis], inputs, tap, self.stride[axis], 1, self.pad[axis], False)
