# SPDX-License-Identifier: Apache-2.0
"""Sign and BipolarQuant: an exact integer threshold for each channel."""

from fractions import Fraction

import numpy as np

from ..thresholds import solve_unit
from .clip_operators import check_sign_limits
from .layer_list import LayerList
from .operation import Operation
from .problems import require
from .value import UNLIMITED, Rationals, Value, per_channel, zeros


def _least(value: Value, channel: int) -> tuple[int, bool]:
    """The channel is +1 where the value of its element is at least this, or if inverted where
    it is not."""
    scale, shift, bound = value.scale[channel], value.shift[channel], value.form.bound
    least, inverted = solve_unit(scale, -shift, Fraction(1), Fraction(1), Fraction(0))
    if least is None:
        return (-bound, False) if inverted else (bound + 1, False)
    return min(max(least, -bound), bound + 1), inverted


def sign_of(layers: LayerList, value: Value) -> Value:
    """Bits: +1 where the value is at least 0."""
    units = [_least(value, channel) for channel in range(value.form.channels)]
    one = np.ones(value.form.channels, object)
    if value.form.bits == 1 and all(unit in ((0, False), (1, False)) for unit in units):
        return value.like(scale=one, shift=zeros(len(one)), parity=1)
    # v >= least is v - least >= 0; its negation is -v + (least - 1) >= 0.
    multiplier = np.array([-1 if inverted else 1 for _, inverted in units], np.int64)
    offset = np.array([n - 1 if inverted else -n for n, inverted in units], np.int64)
    bits = layers.append_affine(value, multiplier, offset, bits=1)
    return bits.like(scale=one, shift=zeros(len(one)), parity=1)


def _unclipped(op: Operation) -> Value:
    """The input, without a clip that does not change its sign."""
    value = op.data(may_be_clipped=True)
    one = np.ones(value.form.channels, object)
    check_sign_limits(value.limits, one, zeros(len(one)))
    return value.like(limits=UNLIMITED)


def _scaled(bits: Value, scale: Rationals) -> Value:
    return bits.like(scale=bits.scale * scale)


def import_bipolar_quant(op: Operation, layers: LayerList) -> Value:
    """scale where the input is at least 0, else -scale."""
    value = _unclipped(op)
    scale = per_channel(op.constant(1, "scale"), value)
    require(all(scale != 0), "its scale is 0")
    return _scaled(sign_of(layers, value), scale)


def import_sign(op: Operation, layers: LayerList) -> Value:
    """ONNX has sign(0) = 0, the image has +1: only where no sum makes 0 are they the same."""
    value = _unclipped(op)
    for channel, (scale, shift) in enumerate(zip(value.scale, value.shift, strict=True)):
        zero = -shift / scale if scale else Fraction(0 if shift == 0 else 1, 2)
        is_reached = zero.denominator == 1 and abs(zero) <= value.form.bound
        if scale and value.parity is not None:
            is_reached = is_reached and zero.numerator % 2 == value.parity
        if value.form.kind == "input" and scale:
            is_reached = is_reached and zero >= 0
        require(
            not is_reached,
            f"channel {channel} of its input can be exactly 0, where ONNX gives 0, neither -1 nor "
            "+1; use BipolarQuant, or add a bias that no sum cancels",
        )
    return sign_of(layers, value)
