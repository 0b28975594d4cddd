# SPDX-License-Identifier: Apache-2.0
"""Conv, ConvTranspose, Gemm and MatMul."""

import numpy as np

from .axes import reduce_groups, to_map
from .binary_sum import POINT, binary_sum
from .layer_list import LayerList
from .operation import Operation
from .problems import Unsupported, require
from .value import Rationals, Value, rationals, zeros
from .window import Window, window_of


def _bias(op: Operation, index: int, outputs: int) -> Rationals:
    bias = op.optional(index, "bias")
    if bias is None:
        return zeros(outputs)
    require(bias.size in (1, outputs), f"its bias of shape {bias.shape} is not one for each output")
    return rationals(np.broadcast_to(bias.ravel(), (outputs,)))


def _convolve(op: Operation, layers: LayerList, transposed: bool) -> Value:
    value, weights = op.data(), op.constant(1, "weights").astype(np.float64)
    op.require_attribute("group", 1, 1)
    if transposed:
        require(op.attribute("output_shape", None) is None, "it has an output_shape: use pads")
        weights = np.swapaxes(weights, 0, 1)
    outputs, channels, *kernel = weights.shape
    window = window_of(op, value, kernel, transposed)
    require(
        channels == value.form.channels,
        f"its weights take {channels} channels, but its input has {value.form.channels}",
    )
    weights = weights.reshape(outputs, channels, *window.kernel).transpose(2, 3, 1, 0)
    result = binary_sum(layers, value, weights, _bias(op, 2, outputs), window)
    groups = ("c", "w") if len(kernel) == 1 else ("c", "h", "w")
    return result.like(groups=reduce_groups(groups, result.form.shape))


def import_conv(op: Operation, layers: LayerList) -> Value:
    return _convolve(op, layers, transposed=False)


def import_conv_transpose(op: Operation, layers: LayerList) -> Value:
    return _convolve(op, layers, transposed=True)


def _multiply(layers: LayerList, value: Value, matrix: np.ndarray, bias: Rationals) -> Value:
    """matrix: float64 [length of the last axis, outputs]."""
    shape = value.form.shape
    require(
        len(matrix) == value.shape[-1],
        f"its weights take {len(matrix)} inputs, but its input has {value.shape[-1]}",
    )
    if all(length == 1 for length in value.shape[:-1]):
        weights = to_map(matrix, value.groups[-1:], shape)
        window = Window(shape[:2], POINT, POINT, (0, 0), POINT)
    elif value.groups[-1] == "c":
        weights = matrix[None, None]
        window = Window(POINT, POINT, POINT, (0, 0), shape[:2])
    else:
        raise Unsupported(
            f"its input of shape {(1, *value.shape)} is a map; only its channels, as the last "
            "axis, or all of it, flattened, can be multiplied"
        )
    result = binary_sum(layers, value, weights, bias, window)
    groups = (*value.groups[:-1], "c")
    return result.like(groups=reduce_groups(groups, result.form.shape))


def import_gemm(op: Operation, layers: LayerList) -> Value:
    value, matrix = op.data(), op.constant(1, "weights").astype(np.float64)
    op.require_attribute("transA", 0, 0)
    if op.attribute("transB", 0):
        matrix = matrix.T
    alpha, beta = (float(op.attribute(name, 1.0)) for name in ("alpha", "beta"))
    bias = _bias(op, 2, matrix.shape[1]) * rationals(beta).item()
    return _multiply(layers, value, matrix * alpha, bias)


def import_matmul(op: Operation, layers: LayerList) -> Value:
    value, matrix = op.data(), op.constant(1, "weights").astype(np.float64)
    require(matrix.ndim == 2, f"its weights have {matrix.ndim} axes; 2 can be imported")
    return _multiply(layers, value, matrix, zeros(matrix.shape[1]))
