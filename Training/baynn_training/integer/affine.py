# SPDX-License-Identifier: Apache-2.0
"""Fixed-point multiply and add for each channel (SPEC.md, 3.10)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .forms import Integers, TensorForm, codes_form, integers_form
from .layer import Layer
from .methods import GAUSSIAN_SCALE, NO_METHOD, SCALE_DROPOUT

GAUSSIAN_LIMIT = 321052
"""Largest absolute value of a Gaussian in Q16.16."""


@dataclass(frozen=True, eq=False)
class Affine(Layer):
    """y = multiplier * value + offset, with method 5 scaled by a Gaussian, shifted to the right.

    source: tensor number. bits: 0 for integers out, 1 to 8 for codes out. shift: 0 to 30.
    method: 0, 1 or 5; probability: Q0.16, of method 1.
    multiplier, offset: int [states, C]; 2 states (keep, drop) with method 1, else 1.
    mu, sigma: int [C], Q16.16; bias: int [C]; all None but with method 5.
    """

    source: int
    multiplier: Integers
    offset: Integers
    bits: int = 0
    shift: int = 0
    method: int = NO_METHOD
    probability: int = 0
    mu: Integers | None = None
    sigma: Integers | None = None
    bias: Integers | None = None

    @property
    def sites(self) -> tuple[int, ...]:
        return (self.probability,) if self.method == SCALE_DROPOUT else ()

    @property
    def wide(self) -> int:
        return self.multiplier.shape[1] if self.method == GAUSSIAN_SCALE else 0

    def sources(self, number: int) -> tuple[int, ...]:
        return (self.source,)

    def product_bound(self, source: TensorForm) -> int:
        """Y: of m * value + o over all channels and states."""
        products = abs(self.multiplier.astype(object)) * source.bound + abs(self.offset)
        return int(products.max())

    def sum_bound(self, source: TensorForm) -> int:
        """Y, or Y' with method 5: of what is shifted."""
        bound = self.product_bound(source)
        if self.method != GAUSSIAN_SCALE:
            return bound
        return int((self._scale_bounds() * bound // (1 << 16) + 1 + abs(self.bias)).max())

    def scale_bound(self) -> int:
        """Of a drawn scale, Q16.16, over all channels; with method 5."""
        return int(self._scale_bounds().max())

    def _scale_bounds(self) -> Integers:
        noise = self.sigma.astype(object) * GAUSSIAN_LIMIT // (1 << 16)
        return abs(self.mu.astype(object)) + noise + 1

    def output(self, *sources: TensorForm) -> TensorForm:
        (source,) = sources
        if self.bits:
            return codes_form(*source.shape, self.bits)
        return integers_form(*source.shape, (self.sum_bound(source) >> self.shift) + 1)

    def evaluate(
        self,
        sources: Sequence[Integers],
        forms: Sequence[TensorForm],
        state: int,
        wide: Integers | None,
    ) -> Integers:
        y = self.multiplier[state] * forms[0].values(sources[0]) + self.offset[state]
        if self.method == GAUSSIAN_SCALE:
            gaussians = np.zeros(self.wide, np.int64) if wide is None else np.asarray(wide)
            scale = self.mu + (self.sigma * gaussians >> 16)
            y = (scale[..., None, None, :] * y >> 16) + self.bias
        y = y >> self.shift
        if self.bits:
            y = np.clip(y + (1 << (self.bits - 1)), 0, (1 << self.bits) - 1)
        return y
