# SPDX-License-Identifier: Apache-2.0
"""What the elements of a tensor are (SPEC.md, section 1)."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class TensorForm:
    """Shape, kind and bound of a tensor.

    kind: "input" (bytes x), "codes" (x of b bits, standing for 2 x - M), or "integers".
    bound: M of an input or of codes, B of integers: the largest absolute value of an element.
    """

    height: int
    width: int
    channels: int
    kind: Literal["input", "codes", "integers"]
    bound: int

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.height, self.width, self.channels

    @property
    def positions(self) -> int:
        return self.height * self.width

    @property
    def elements(self) -> int:
        return self.positions * self.channels

    @property
    def bits(self) -> int:
        """b of codes; 0 otherwise."""
        return self.bound.bit_length() if self.kind == "codes" else 0

    @property
    def is_bits(self) -> bool:
        return self.bits == 1

    def values(self, elements: Integers) -> Integers:
        """The values of elements: s = 2 x - M of a code, else the element itself."""
        return 2 * elements - self.bound if self.kind == "codes" else elements

    def like(self, **changes) -> "TensorForm":
        return replace(self, **changes)


def codes_form(height: int, width: int, channels: int, bits: int) -> TensorForm:
    return TensorForm(height, width, channels, "codes", (1 << bits) - 1)


def integers_form(height: int, width: int, channels: int, bound: int) -> TensorForm:
    return TensorForm(height, width, channels, "integers", bound)
