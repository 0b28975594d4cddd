# SPDX-License-Identifier: Apache-2.0
"""Payloads of layers and heads (SPEC.md, 3.2, 3.3 and 3.9 to 3.16)."""

import struct
from collections.abc import Callable

import numpy as np

from .bit_rows import pack_rows, to_planes
from .integer import (
    LSTM,
    Add,
    Affine,
    ClassificationHead,
    Concatenate,
    Convolution,
    DenseLayer,
    Head,
    Layer,
    Normalization,
    Pool,
    RegressionHead,
    SoftmaxHead,
    Upsample,
)


def u32(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *(int(value) for value in values))


def _i32_tuples(*columns: np.ndarray) -> bytes:
    """One tuple for each row of the columns, of i32."""
    return np.stack(columns, -1).astype("<i4").tobytes()


def _weight_rows(weights: np.ndarray) -> bytes:
    """weights: bool [n, m]; a row of zeros follows, to pad lists of rows with."""
    return pack_rows(np.vstack([weights, np.zeros_like(weights[:1])]))


def _total_rows(weights: np.ndarray) -> bytes:
    """T_j, the number of +1 weights of each output, in width(n) planes."""
    return pack_rows(to_planes(weights.sum(0, dtype=np.int64), len(weights).bit_length()))


def _threshold_rows(thresholds: np.ndarray, inversions: np.ndarray, planes: int) -> bytes:
    # A padding lane has the threshold 2^(P + 1) - 1 > K, which no sum reaches.
    parts = [pack_rows(to_planes(row, planes + 1), padding=True) for row in thresholds]
    return b"".join([*parts, pack_rows(inversions)])


def _dense(layer: DenseLayer) -> bytes:
    inputs, outputs = layer.weights.shape
    states, planes = len(layer.thresholds), layer.bound.bit_length()
    parts = [u32(inputs, outputs, states, layer.drop_q16, planes, 0), _weight_rows(layer.weights)]
    if layer.maximum == 1:
        parts.append(_total_rows(layer.weights))
    parts.append(_threshold_rows(layer.thresholds, layer.inversions, planes))
    return b"".join(parts)


def _convolution(layer: Convolution) -> bytes:
    header = u32(
        layer.source,
        *layer.kernel,
        *layer.stride,
        *layer.dilation,
        *layer.pad,
        *layer.size,
        layer.outputs,
        layer.weight_bits,
        int(layer.signed) | int(layer.transposed) << 1,
        layer.method,
        layer.probability,
        layer.copies,
        layer.states,
        layer.bound.bit_length(),
    )
    # The weight w = sum of 2^r (2 bit_r - 1) has the bits of (w + 2^b - 1) / 2.
    codes = (layer.weights.astype(np.int64) + (1 << layer.weight_bits) - 1) // 2
    planes = [copy >> r & 1 == 1 for copy in codes for r in range(layer.weight_bits)]
    parts = [header, *(_weight_rows(plane) for plane in planes)]
    if layer.signed:
        parts += [_total_rows(plane) for plane in planes]
    if layer.states:
        bits = layer.bound.bit_length()
        parts.append(_threshold_rows(layer.thresholds, layer.inversions, bits))
    return b"".join(parts)


def _affine(layer: Affine) -> bytes:
    header = u32(layer.source, layer.bits, layer.shift, layer.method, layer.probability, 0)
    parts = [header, _i32_tuples(layer.multiplier, layer.offset)]
    if layer.mu is not None:
        parts.append(_i32_tuples(layer.mu, layer.sigma, layer.bias))
    return b"".join(parts)


def _normalization(layer: Normalization) -> bytes:
    probabilities = layer.probability_gamma, layer.probability_beta
    header = u32(layer.source, layer.mode, layer.groups, layer.method, *probabilities, layer.one, 0)
    return header + _i32_tuples(layer.gamma, layer.beta)


def _pool(layer: Pool) -> bytes:
    window = *layer.kernel, *layer.stride, *layer.pad
    return u32(layer.source, layer.mode, *window, *layer.size)


def _pair(layer: Add | Concatenate) -> bytes:
    return u32(layer.first, layer.second)


def _upsample(layer: Upsample) -> bytes:
    return u32(layer.source, *layer.factor)


def _lstm(layer: LSTM) -> bytes:
    planes = layer.bound.bit_length()
    header = u32(layer.source, layer.outputs, layer.bits, layer.shift, int(layer.sequence), planes)
    rows = _weight_rows(layer.weights) + _total_rows(layer.weights)
    return header + rows + _i32_tuples(layer.recurrent_multiplier)


def _softmax(head: SoftmaxHead) -> bytes:
    inputs, classes = head.weights.shape
    header = u32(inputs, classes, inputs.bit_length(), 0)
    rows = _weight_rows(head.weights) + _total_rows(head.weights)
    return header + rows + _i32_tuples(head.scale, head.bias)


def _classification(head: ClassificationHead) -> bytes:
    return u32(head.classes, 0)


def _regression(head: RegressionHead) -> bytes:
    return u32(len(head.noise), 0, *head.noise)


_WRITERS: dict[type, tuple[int, Callable[..., bytes]]] = {
    DenseLayer: (16, _dense),
    Convolution: (17, _convolution),
    Affine: (18, _affine),
    Normalization: (19, _normalization),
    Pool: (20, _pool),
    Add: (21, _pair),
    Concatenate: (22, _pair),
    Upsample: (23, _upsample),
    LSTM: (24, _lstm),
    SoftmaxHead: (64, _softmax),
    ClassificationHead: (65, _classification),
    RegressionHead: (66, _regression),
}


def encode_layer(layer: Layer | Head) -> tuple[int, bytes]:
    """Kind and payload of the section of a layer or a head that the format can hold."""
    kind, write = _WRITERS[type(layer)]
    return kind, write(layer)
