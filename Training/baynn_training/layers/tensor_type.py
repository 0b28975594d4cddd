# SPDX-License-Identifier: Apache-2.0
"""What a tensor between two layers of a graph holds."""

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class TensorType:
    """Shape and elements of a tensor (SPEC.md, section 1).

    In PyTorch a tensor is float [batch, channels, height, width] and holds values:
    "input": integers x, 0 to maximum. "codes": s = 2 x - maximum, odd integers, for one bit
    signs. "integers": multiples of 2^-fraction; the image holds value * 2^fraction.

    typical: root mean square that an initialisation may expect; not exact.
    """

    height: int
    width: int
    channels: int
    elements: str
    maximum: int = 0
    fraction: int = 0
    typical: float = 1.0

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.height, self.width, self.channels

    @property
    def positions(self) -> int:
        return self.height * self.width

    @property
    def bits(self) -> int:
        """Of a code, or of an element of the input."""
        return self.maximum.bit_length()

    def describe(self) -> str:
        height, width, channels = self.shape
        return f"{self.elements} of {height} x {width} x {channels}"


def codes(height: int, width: int, channels: int, bits: int) -> TensorType:
    """Codes of so many bits, about uniformly distributed."""
    maximum = (1 << bits) - 1
    typical = sqrt((maximum * (maximum + 2)) / 3)  # of the odd integers up to maximum
    return TensorType(height, width, channels, "codes", maximum, typical=typical)
