# SPDX-License-Identifier: Apache-2.0
"""Which source position an output position sees through a tap (SPEC.md, 3.9)."""

import numpy as np

from .forms import Integers


def seen(
    outputs: int, inputs: int, tap: int, stride: int, dilation: int, pad: int, transposed: bool
) -> tuple[Integers, Integers]:
    """Along one axis: the output indices that see a position through the tap, and the source
    indices that they see. outputs, inputs: sizes of the axis."""
    out = np.arange(outputs)
    if transposed:
        t = out + pad - tap * dilation
        source = t // stride
        inside = (t >= 0) & (t % stride == 0) & (source < inputs)
    else:
        source = out * stride + tap * dilation - pad
        inside = (source >= 0) & (source < inputs)
    return out[inside], source[inside]
