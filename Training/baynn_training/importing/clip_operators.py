# SPDX-License-Identifier: Apache-2.0
"""Relu and Clip (also hardtanh): they vanish in the sign or quantizer that must follow."""

from fractions import Fraction

import numpy as np

from .layer_list import LayerList
from .operation import Operation
from .problems import require
from .value import Limits, Rationals, Value, rationals


def _clipped(op: Operation, low: Fraction | None, high: Fraction | None) -> Value:
    return op.data().like(limits=(low, high))


def import_relu(op: Operation, layers: LayerList) -> Value:
    return _clipped(op, Fraction(0), None)


def import_clip(op: Operation, layers: LayerList) -> Value:
    """Between constants for the whole tensor."""
    ends: list[Fraction | None] = []
    for index, name in enumerate(("min", "max"), 1):
        end = op.optional(index, name)
        end = op.attribute(name, None) if end is None else end
        require(end is None or np.size(end) == 1, f"its {name} is not one number")
        ends.append(None if end is None else rationals(np.asarray(end)).ravel()[0])
    return _clipped(op, ends[0], ends[1])


def check_sign_limits(limits: Limits, scale: Rationals, zero: Rationals) -> None:
    """Raises Unsupported unless the sign of x / scale + zero is the same without the clip of x."""
    low, high = limits
    require(
        (low is None or all(low / scale + zero < 0))
        and (high is None or all(high / scale + zero > 0)),
        "the Relu or Clip before it cuts off one side of its threshold; clip on both sides of it",
    )
