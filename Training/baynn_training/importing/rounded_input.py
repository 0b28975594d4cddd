# SPDX-License-Identifier: Apache-2.0
"""Inputs whose normalization does not fit binary sums, as codes of 8 bits."""

from fractions import Fraction

import numpy as np

from .layer_list import INTEGER_LIMIT, LayerList
from .problems import require
from .value import Value

BITS = 8
MAXIMUM = 255
SHIFT_MAX = 22


def round_input(layers: LayerList, value: Value) -> Value:
    """The real input as (2 x - 255) * step, the same step for all channels.

    The step is such that the largest real input is the largest code."""
    require(
        layers.may_round_input,
        "its input is normalized with another scale for each channel, or shifted and padded with "
        "0; binary sums of bytes cannot express that. Train with inputs of (x / 255) or "
        "(x / 255 - 0.5) / 0.5, or round the normalized input to 8 bits with --round-input",
    )
    ends = [value.shift, value.shift + value.scale * value.form.bound]
    step = max(max(abs(end)) for end in ends) / MAXIMUM
    require(step > 0, "its input is constant")
    # A code is floor(y) + 128 with y = real / (2 step), so that it stands for the nearest
    # odd multiple of the step.
    for shift in range(SHIFT_MAX, -1, -1):
        unit = Fraction(1 << shift) / (2 * step)
        multiplier = np.array([round(s * unit) for s in value.scale], np.int64)
        offset = np.array([round(s * unit) for s in value.shift], np.int64)
        if (abs(multiplier) * value.form.bound + abs(offset)).max() < INTEGER_LIMIT:
            break
    codes = layers.append_affine(value, multiplier, offset, bits=BITS, shift=shift)
    layers.notes.append(
        f"the normalized input is rounded to 8 bits: by at most {float(step) * 1.01:.2g}"
    )
    steps = np.full(value.form.channels, step, object)
    return codes.like(scale=steps, shift=steps * 0, parity=1)
