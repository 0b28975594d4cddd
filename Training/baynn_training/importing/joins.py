# SPDX-License-Identifier: Apache-2.0
"""Sums of two values on one scale."""

from fractions import Fraction
from math import gcd

import numpy as np

from ..integer import Add
from .layer_list import LayerList
from .problems import require
from .value import Rationals, Value

EXACT_BOUND = 1 << 24
ROUNDED_BOUND = 1 << 30


def _common_unit(a: Fraction, b: Fraction) -> Fraction:
    """The largest number that both are integer multiples of; 1 if both are 0."""
    divisor = gcd(a.numerator * b.denominator, b.numerator * a.denominator)
    return Fraction(divisor, a.denominator * b.denominator) or Fraction(1)


def _multiply(layers: LayerList, value: Value, multiplier: np.ndarray) -> Value:
    channels = value.form.channels
    if value.is_real and bool((multiplier == 1).all()):
        return value
    return layers.append_affine(value, multiplier, np.zeros(channels, np.int64))


def _units(layers: LayerList, first: Value, second: Value) -> Rationals:
    """What 1 of the sum stands for, in each channel: exact for both if numbers stay small,
    else a power of two."""
    units = [_common_unit(a, b) for a, b in zip(first.scale, second.scale, strict=True)]
    exact = np.array(units, object)
    bounds = first.form.bound, second.form.bound
    reach = abs(first.scale) * bounds[0] + abs(second.scale) * bounds[1]
    if max(reach / exact) < EXACT_BOUND:
        return exact
    largest, unit = max(reach), Fraction(1)
    while largest / unit >= ROUNDED_BOUND:
        unit *= 2
    while largest / unit * 2 < ROUNDED_BOUND:
        unit /= 2
    layers.notes.append(
        "the scales of a sum are rounded to fixed point: by at most "
        f"{float(unit * sum(bounds) / 2):.2g}, where the sum can reach {float(largest):.3g}"
    )
    return np.full(len(exact), unit, object)


def add_values(layers: LayerList, first: Value, second: Value) -> Value:
    """Both must run over their maps alike; the shifts stay outside of the integers."""
    require(
        first.form.shape == second.form.shape and first.groups == second.groups,
        f"its inputs of shapes {(1, *first.shape)} and {(1, *second.shape)} are not equal maps",
    )
    units = _units(layers, first, second)
    parts = []
    for value in (first, second):
        multiplier = np.array([round(m) for m in value.scale / units], np.int64)
        parts.append(_multiply(layers, value, multiplier).number)
    number = layers.append(Add(*parts))
    return Value(
        number, layers.forms[number], units, first.shift + second.shift, first.groups, None
    )
