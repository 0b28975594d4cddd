# SPDX-License-Identifier: Apache-2.0
"""Quant of activations: codes of 1 to 8 bits, with the same thresholds."""

from fractions import Fraction
from math import ceil, floor

import numpy as np

from .clip_operators import check_sign_limits
from .layer_list import INTEGER_LIMIT, LayerList
from .operation import Operation
from .problems import Unsupported, require
from .sign_operators import sign_of
from .value import UNLIMITED, Limits, Rationals, Value, per_channel

SHIFT_MAX = 30


def _edges(scale: Fraction, shift: Fraction, lowest: int, bits: int, rounding: str) -> list[int]:
    """The least integer v whose scale v + shift is rounded to at least lowest + 1, + 2, ...;
    scale > 0."""
    edges = []
    for level in range(lowest + 1, lowest + (1 << bits)):
        if rounding == "FLOOR":
            edge, inclusive = Fraction(level), True
        elif rounding == "CEIL":
            edge, inclusive = Fraction(level - 1), False
        else:  # to the nearest, half to even
            edge, inclusive = level - Fraction(1, 2), level % 2 == 0
        crossing = (edge - shift) / scale
        edges.append(ceil(crossing) if inclusive else floor(crossing) + 1)
    return edges


def _offset(edges: list[int], multiplier: int, shift: int, bits: int, bound: int) -> int | None:
    """An offset with which multiplier v + offset, shifted down, crosses levels at the edges, for
    v up to the bound; None if there is none."""
    low, high = -INTEGER_LIMIT, INTEGER_LIMIT - 1
    for code, edge in enumerate(edges, 1):
        level = (code - (1 << bits - 1)) << shift
        if edge <= bound:
            low = max(low, level - multiplier * max(edge, -bound))
        if edge > -bound:
            high = min(high, level - multiplier * min(edge - 1, bound) - 1)
    return (low + high) // 2 if low <= high else None


def _channel(
    scale: Fraction, shift: Fraction, lowest: int, bits: int, rounding: str, bound: int, down: int
) -> tuple[int, int] | None:
    """Multiplier and offset before a shift by `down`; None if they cannot be exact."""
    edges = _edges(abs(scale), shift, lowest, bits, rounding) if scale else []
    multiplier = round(abs(scale) * (1 << down))
    if not scale:
        level = {"FLOOR": floor, "CEIL": ceil}.get(rounding, round)(shift)
        code = min(max(level - lowest, 0), (1 << bits) - 1)
        return 0, (code - (1 << bits - 1)) << down
    offset = _offset(edges, multiplier, down, bits, bound)
    if offset is None or multiplier * bound + abs(offset) >= INTEGER_LIMIT:
        return None
    return (multiplier if scale > 0 else -multiplier), offset


def _check_limits(
    limits: Limits, scale: Rationals, zero: Rationals, lowest: int, highest: int
) -> None:
    """A clip before the quantizer must cut off only what the quantizer cuts off."""
    low, high = limits
    require(
        (low is None or all(low / scale + zero <= lowest))
        and (high is None or all(high / scale + zero >= highest)),
        "the Relu or Clip before it cuts off some of its levels; let it be wider",
    )


def import_quant(op: Operation, layers: LayerList) -> Value:
    """clip(round(x / scale + zero point)) to the levels of so many bits, or but for the lowest
    (signed) or the highest (unsigned) of them if narrow."""
    value = op.data(may_be_clipped=True)
    limits, value = value.limits, value.like(limits=UNLIMITED)
    scale = per_channel(op.constant(1, "scale"), value)
    zero = per_channel(op.constant(2, "zero point"), value)
    width = float(op.constant(3, "bit width").item())
    require(width in range(1, 9), f"its bit width is {width:g}; 1 to 8 can be imported")
    require(all(scale > 0), "its scale is not positive")
    bits, is_signed = int(width), bool(op.attribute("signed", 1))
    slopes, levels = value.scale / scale, value.shift / scale + zero
    if bits == 1 and is_signed:
        check_sign_limits(limits, scale, zero)
        # One signed bit is -1 or 1, as QONNX computes it.
        signs = sign_of(layers, value.like(scale=slopes, shift=levels))
        return signs.like(scale=scale, shift=-zero * scale)
    narrow = int(bool(op.attribute("narrow", 0)))
    require(bits > narrow, "it has one level only: narrow, with 1 bit")
    rounding = op.attribute("rounding_mode", "ROUND").upper()
    rounding = "ROUND" if rounding == "HALF_EVEN" else rounding
    require(
        rounding in ("ROUND", "FLOOR", "CEIL"),
        f"its rounding_mode is {rounding}; ROUND, FLOOR and CEIL can be imported",
    )
    lowest = narrow - (1 << bits - 1) if is_signed else 0
    _check_limits(limits, scale, zero, lowest, lowest + (1 << bits) - 1 - narrow)
    for down in range(SHIFT_MAX, -1, -1):
        units = [
            _channel(slope, level, lowest, bits, rounding, value.form.bound, down)
            for slope, level in zip(slopes, levels, strict=True)
        ]
        if None not in units:
            break
    else:
        raise Unsupported(
            f"its {1 << bits} levels cannot be told apart exactly in fixed point; use fewer bits, "
            "or a scale whose ties no sum meets"
        )
    multiplier, offset = np.array(units, np.int64).T
    codes = layers.append_affine(value, multiplier, offset, bits=bits, shift=down)
    if narrow:
        # The highest code is one too many: all go up by one, so that it and the next are one.
        one = np.ones(value.form.channels, np.int64)
        codes = layers.append_affine(codes, one, one, bits=bits, shift=1)
        lowest -= 1
    middle = lowest + Fraction(codes.form.bound, 2) - zero
    return codes.like(scale=scale / 2, shift=middle * scale, parity=1)
