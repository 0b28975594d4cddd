# SPDX-License-Identifier: Apache-2.0
"""A sum with binary weights as a convolution of the format."""

from fractions import Fraction

import numpy as np

from ..integer import SUM, Convolution, Pool
from .layer_list import LayerList
from .odd_weights import odd_weights
from .problems import Unsupported, require
from .rounded_input import round_input
from .value import Rationals, Value, rationals
from .window import Window

POINT = (1, 1)


def _over_pool(
    layers: LayerList, value: Value, weights: np.ndarray, bias: Rationals, window: Window
) -> Value | None:
    """Weights of each position behind a sum pool over codes: the pool moves behind them, so
    that codes are multiplied. None if there is no such pool."""
    pool = layers.layer(value.number)
    is_point = window.kernel == POINT == window.stride and window.pad == (0, 0)
    if not isinstance(pool, Pool) or pool.mode != SUM or not is_point:
        return None
    form = layers.forms[pool.source]
    if form.kind == "integers":
        return None
    source = value.like(number=pool.source, form=form, shift=value.shift * 0)
    point = Window(POINT, POINT, POINT, (0, 0), form.shape[:2])
    # What is constant in the value joins after the pool.
    constant = rationals(weights.sum((0, 1))).T @ value.shift
    parts = binary_sum(layers, source, weights, bias * 0, point)
    number = layers.append(Pool(parts.number, SUM, pool.kernel, pool.stride, pool.pad, pool.size))
    return parts.like(number=number, form=layers.forms[number], shift=bias + constant, parity=None)


def _fits_bytes(value: Value, leaves: bool) -> bool:
    """Whether sums of the bytes of an input are those of the real input, but for constants.
    leaves: whether 0 is padded, which must then be a byte or the middle of all bytes."""
    if any(abs(value.scale) != abs(value.scale[0])):
        return False
    return not leaves or not any(value.shift != 0) or not any(value.as_signed()[1] != 0)


def binary_sum(
    layers: LayerList, value: Value, weights: np.ndarray, bias: Rationals, window: Window
) -> Value:
    """weights: float64 [kernel height, kernel width, channels, outputs]; bias: [outputs].

    Returns integers, whose scale and shift hold those of the value and the bias."""
    if value.is_real:
        pooled = _over_pool(layers, value, weights, bias, window)
        if pooled is not None:
            return pooled
        raise Unsupported(
            "its input is real-valued; put a BipolarQuant (or Quant) before it, as it must be of "
            "bits or codes"
        )
    leaves = window.leaves(*value.form.shape[:2])
    if value.form.kind == "input" and not _fits_bytes(value, leaves):
        value = round_input(layers, value)
    signed = value.form.kind == "codes"
    scale, shift = value.as_signed() if signed else value.as_stored()
    if leaves and any(shift != 0):
        signed = not signed
        scale, shift = value.as_signed() if signed else value.as_stored()
    require(
        not leaves or not any(shift != 0),
        "it pads with 0, but its input is shifted by a constant, so that no element stands for 0; "
        "normalize without a shift, or do not pad",
    )
    require(all(scale != 0), "a channel of its input is multiplied by 0")
    relative = scale / scale[0]
    rows = weights * relative.astype(np.float64)[:, None]
    integers, output_scale = odd_weights(rows.reshape(-1, weights.shape[3]))
    output_scale = output_scale * scale[0]
    # Of each channel in units of its scale: what 1 adds to the sum in every tap.
    per_channel = integers.reshape(-1, *weights.shape[2:]).sum(0)
    constant = (shift / scale) @ per_channel.astype(object) if any(shift != 0) else Fraction(0)
    number = layers.append(
        Convolution(
            source=value.number,
            maximum=value.form.bound,
            kernel=window.kernel,
            stride=window.stride,
            dilation=window.dilation,
            pad=window.pad,
            size=window.size,
            weights=integers[None],
            weight_bits=int(abs(integers).max()).bit_length(),
            signed=signed,
            transposed=window.transposed,
        )
    )
    is_odd = value.form.kind == "codes" or value.form.bound % 2 == 1
    parity = len(integers) % 2 if signed and is_odd and not leaves else None
    return Value(
        number, layers.forms[number], output_scale, bias + output_scale * constant, (), parity
    )
