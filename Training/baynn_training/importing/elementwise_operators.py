# SPDX-License-Identifier: Apache-2.0
"""Constants that are added or multiplied, and batch normalization: folded, no layer."""

from fractions import Fraction
from math import isqrt

import numpy as np

from .joins import add_values
from .layer_list import LayerList
from .operation import Ended, Operation
from .problems import Unsupported, require
from .value import Value, per_channel, rationals

ROOT_BITS = 128


def square_root(value: Fraction) -> Fraction:
    """To 64 bits behind the point of a value near 1, and exact where the root is short."""
    return Fraction(isqrt((value.numerator << ROOT_BITS) // value.denominator), 1 << ROOT_BITS // 2)


def _operands(op: Operation) -> tuple[Value, np.ndarray, bool]:
    """The value, the constant, and whether the constant comes first."""
    first, second = op.inputs
    if isinstance(first, np.ndarray):
        return op.data(1), first, True
    return op.data(0), op.constant(1, "second input"), False


def _are_values(op: Operation) -> bool:
    return not any(isinstance(operand, np.ndarray) for operand in op.inputs)


def import_add(op: Operation, layers: LayerList) -> Value:
    if _are_values(op):
        return add_values(layers, op.data(0), op.data(1))
    value, constant, _ = _operands(op)
    return value.like(shift=value.shift + per_channel(constant, value))


def import_sub(op: Operation, layers: LayerList) -> Value:
    if _are_values(op):
        second = op.data(1)
        return add_values(layers, op.data(0), second.like(scale=-second.scale, shift=-second.shift))
    value, constant, is_first = _operands(op)
    other = per_channel(constant, value)
    if is_first:
        return value.like(scale=-value.scale, shift=other - value.shift)
    return value.like(shift=value.shift - other)


def import_mul(op: Operation, layers: LayerList) -> Value:
    require(not _are_values(op), "both of its inputs depend on the input of the network")
    value, constant, _ = _operands(op)
    factor = per_channel(constant, value)
    return value.like(scale=value.scale * factor, shift=value.shift * factor)


def import_div(op: Operation, layers: LayerList) -> Value:
    if _are_values(op) or isinstance(op.inputs[0], np.ndarray):
        raise Unsupported("its divisor depends on the input of the network")
    value, constant, _ = _operands(op)
    divisor = per_channel(constant, value)
    require(all(divisor != 0), "it divides by 0")
    return value.like(scale=value.scale / divisor, shift=value.shift / divisor)


def import_neg(op: Operation, layers: LayerList) -> Value:
    value = op.data()
    return value.like(scale=-value.scale, shift=-value.shift)


def import_batch_normalization(op: Operation, layers: LayerList) -> Value:
    """gamma (x - mean) / sqrt(variance + epsilon) + beta."""
    value = op.data()
    op.require_attribute("training_mode", 0, 0)
    tail = [1] * (len(value.shape) - 1)
    gamma, beta, mean, variance = (
        per_channel(op.constant(i, name).reshape(-1, *tail), value)
        for i, name in enumerate(("scale", "bias", "mean", "variance"), 1)
    )
    variance = variance + rationals(op.attribute("epsilon", 1e-5)).item()
    require(all(variance > 0), "a variance is not positive")
    slope = gamma / np.array([square_root(v) for v in variance], object)
    return value.like(scale=value.scale * slope, shift=(value.shift - mean) * slope + beta)


def import_identity(op: Operation, layers: LayerList) -> Value | Ended:
    """Identity, Dropout at inference, Cast to float32 or float64."""
    operand = op.inputs[0]
    return operand if isinstance(operand, Ended) else op.data(may_be_clipped=True)


def import_cast(op: Operation, layers: LayerList) -> Value | Ended:
    op.require_attribute("to", 1, 1, 11)  # FLOAT, DOUBLE
    return import_identity(op, layers)
