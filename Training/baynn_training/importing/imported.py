# SPDX-License-Identifier: Apache-2.0
"""What an import takes and gives."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..integer_network import IntegerNetwork
from .axes import from_map
from .model_file import ModelFile
from .value import Value


@dataclass(frozen=True)
class InputOptions:
    """What an input byte x, 0 to maximum, is to the ONNX model: (x / divisor - mean) / deviation.

    mean, deviation: one number, or one for each channel. layout: of inputs with three axes or
    four, "channels_first" or "channels_last". may_round: whether a normalization that binary
    sums of bytes cannot express may be rounded to 8 bits.
    """

    maximum: int = 255
    divisor: Fraction = Fraction(1)
    mean: tuple[Fraction, ...] = (Fraction(0),)
    deviation: tuple[Fraction, ...] = (Fraction(1),)
    layout: str = "channels_first"
    may_round: bool = False


@dataclass(frozen=True, eq=False)
class Imported:
    """network: what the image will hold. notes: what was rounded, a sentence each.
    values: what ONNX tensors are, by name, where the network has them. logits_name, logits: of
    the tensor that becomes the head's; source: of the input. output_error: rounding of the
    head at most, in nats or the unit of the values; notes say what was rounded before.
    """

    network: IntegerNetwork
    notes: list[str]
    values: dict[str, Value]
    logits_name: str
    file: ModelFile
    logits: Value
    source: Value
    output_error: float

    def onnx_input(self, x: np.ndarray) -> np.ndarray:
        """A byte input [height, width, channels] as the ONNX model takes it, batch of 1."""
        real = from_map(self.source.real(x), self.source.groups)
        return real.reshape(self.file.input_shape).astype(np.float32)
