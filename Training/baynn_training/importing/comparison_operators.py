# SPDX-License-Identifier: Apache-2.0
"""Comparisons with constants and Where: signs as exporters without a quantizer write them.

A truth value is a bit that stands for 0 or 1.
"""

from fractions import Fraction

import numpy as np

from .clip_operators import check_sign_limits
from .layer_list import LayerList
from .operation import Operation
from .problems import require
from .sign_operators import sign_of
from .value import UNLIMITED, Value, per_channel

HALF = Fraction(1, 2)

MIRRORED = {
    "Greater": "Less",
    "GreaterOrEqual": "LessOrEqual",
    "Less": "Greater",
    "LessOrEqual": "GreaterOrEqual",
}


def import_comparison(op: Operation, layers: LayerList) -> Value:
    """Greater, GreaterOrEqual, Less and LessOrEqual."""
    kind, first = op.kind, op.inputs[0]
    if isinstance(first, np.ndarray):
        kind, value, constant = MIRRORED[kind], op.data(1, may_be_clipped=True), first
    else:
        value, constant = op.data(0, may_be_clipped=True), op.constant(1, "second input")
    level = per_channel(constant, value)
    check_sign_limits(value.limits, np.full(len(level), Fraction(1), object), -level)
    value, distance = value.like(limits=UNLIMITED), value.shift - level
    if kind in ("GreaterOrEqual", "Less"):
        bits = sign_of(layers, value.like(shift=distance))
    else:
        bits = sign_of(layers, value.like(scale=-value.scale, shift=-distance))
    # Less and Greater are true where the sign is -1.
    slope = HALF if kind.endswith("OrEqual") else -HALF
    return bits.like(scale=bits.scale * slope, shift=bits.shift + HALF)


def import_not(op: Operation, layers: LayerList) -> Value:
    value = op.data()
    return value.like(scale=-value.scale, shift=1 - value.shift)


def import_where(op: Operation, layers: LayerList) -> Value:
    """One constant where the condition holds, another where not."""
    condition = op.data(0)
    require(condition.form.bits == 1, "its condition is no comparison with a constant")
    chosen, other = (
        per_channel(op.constant(index, name), condition)
        for index, name in ((1, "second input"), (2, "third input"))
    )
    step = chosen - other
    return condition.like(scale=condition.scale * step, shift=condition.shift * step + other)
