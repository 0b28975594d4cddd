# SPDX-License-Identifier: Apache-2.0
"""Reads the sections of layers and heads (SPEC.md, 3.2, 3.3 and 3.9 to 3.16).

Field after field as the specification lists them. What only depends on a section itself is
refused here, what depends on other tensors by layer_checks.
"""

from collections.abc import Callable, Sequence

import numpy as np

from .cursor import Cursor, require
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
    TensorForm,
    Upsample,
)

Forms = Sequence[TensorForm]


def _source(forms: Forms, number: int) -> TensorForm:
    require(number < len(forms), f"a layer takes tensor {number}, which is not before it")
    return forms[number]


def _flag(value: int, what: str) -> bool:
    require(value in (0, 1), f"{what} is {value}, not 0 or 1")
    return value == 1


def _weights(cursor: Cursor, inputs: int, outputs: int) -> np.ndarray:
    rows = cursor.rows(inputs + 1, outputs)
    require(not rows[-1].any(), "the last row of weights is not zero")
    return rows[:-1]


def _check_totals(cursor: Cursor, weights: np.ndarray) -> None:
    inputs, outputs = weights.shape
    totals = cursor.integers(inputs.bit_length(), outputs)
    require(bool((totals == weights.sum(0)).all()), "totals are not those of the weights")


def _thresholds(
    cursor: Cursor, states: int, planes: int, outputs: int
) -> tuple[np.ndarray, np.ndarray]:
    rows = [cursor.integers(planes + 1, outputs, True) for _ in range(states)]
    return np.stack(rows), cursor.rows(states, outputs)


def _dense(cursor: Cursor, forms: Forms) -> DenseLayer:
    maximum = forms[-1].bound
    inputs, outputs, states, drop_q16, planes, reserved = cursor.u32(6)
    require(states in (1, 2) and (states == 2) == (drop_q16 > 0), "states of a layer")
    require(planes == (inputs * maximum).bit_length() and reserved == 0, "planes of a layer")
    weights = _weights(cursor, inputs, outputs)
    if maximum == 1:
        _check_totals(cursor, weights)
    thresholds, inversions = _thresholds(cursor, states, planes, outputs)
    return DenseLayer(weights, maximum, drop_q16, thresholds, inversions)


def _convolution(cursor: Cursor, forms: Forms) -> Convolution:
    source, kernel_height, kernel_width, stride_y, stride_x = cursor.u32(5)
    dilation_y, dilation_x, pad_top, pad_left, height, width = cursor.u32(6)
    outputs, weight_bits, flags, method, probability, copies, states, planes = cursor.u32(8)
    form = _source(forms, source)
    require(form.kind != "integers", "a convolution takes the input or codes, not integers")
    require(1 <= weight_bits <= 8, f"weights of {weight_bits} bits")
    require(flags <= 3, f"flags of a convolution are {flags}")
    is_signed = bool(flags & 1)
    # Checked before the rows are read, as they say how many there are.
    rows = kernel_height * kernel_width * form.channels
    require(1 <= rows <= 65535, f"a convolution of {rows} rows")
    require(1 <= copies <= 16 and states <= 16, f"{copies} copies, {states} states")
    bound = rows * form.bound * ((1 << weight_bits) - 1)
    require(planes == bound.bit_length(), "planes of a convolution")
    bits = [[_weights(cursor, rows, outputs) for _ in range(weight_bits)] for _ in range(copies)]
    if is_signed:
        for copy in bits:
            for plane in copy:
                _check_totals(cursor, plane)
    weights = [
        sum((2 * plane.astype(np.int64) - 1) << r for r, plane in enumerate(copy)) for copy in bits
    ]
    thresholds = inversions = None
    if states:
        thresholds, inversions = _thresholds(cursor, states, planes, outputs)
    return Convolution(
        source=source,
        maximum=form.bound,
        kernel=(kernel_height, kernel_width),
        stride=(stride_y, stride_x),
        dilation=(dilation_y, dilation_x),
        pad=(pad_top, pad_left),
        size=(height, width),
        weights=np.stack(weights),
        weight_bits=weight_bits,
        signed=is_signed,
        transposed=bool(flags & 2),
        method=method,
        probability=probability,
        thresholds=thresholds,
        inversions=inversions,
    )


def _affine(cursor: Cursor, forms: Forms) -> Affine:
    source, bits, shift, method, probability, reserved = cursor.u32(6)
    require(reserved == 0, "a reserved field of an affine layer")
    channels = _source(forms, source).channels
    states = [cursor.i32(channels, 2) for _ in range(2 if method == 1 else 1)]
    multiplier, offset = (np.stack([state[k] for state in states]) for k in range(2))
    triples = cursor.i32(channels, 3) if method == 5 else (None, None, None)
    return Affine(source, multiplier, offset, bits, shift, method, probability, *triples)


def _normalization(cursor: Cursor, forms: Forms) -> Normalization:
    source, mode, groups, method, gamma_q16, beta_q16, one, reserved = cursor.u32(8)
    require(reserved == 0, "a reserved field of a normalization")
    gamma, beta = cursor.i32(_source(forms, source).channels, 2)
    return Normalization(source, mode, gamma, beta, groups, method, gamma_q16, beta_q16, one)


def _pool(cursor: Cursor, forms: Forms) -> Pool:
    source, mode, kernel_height, kernel_width, stride_y, stride_x = cursor.u32(6)
    pad_top, pad_left, height, width = cursor.u32(4)
    return Pool(
        source=source,
        mode=mode,
        kernel=(kernel_height, kernel_width),
        stride=(stride_y, stride_x),
        pad=(pad_top, pad_left),
        size=(height, width),
    )


def _add(cursor: Cursor, forms: Forms) -> Add:
    return Add(*cursor.u32(2))


def _concatenate(cursor: Cursor, forms: Forms) -> Concatenate:
    return Concatenate(*cursor.u32(2))


def _upsample(cursor: Cursor, forms: Forms) -> Upsample:
    source, factor_y, factor_x = cursor.u32(3)
    return Upsample(source, (factor_y, factor_x))


def _lstm(cursor: Cursor, forms: Forms) -> LSTM:
    source, outputs, bits, shift, sequence, planes = cursor.u32(6)
    require(1 <= outputs <= 16383 and 1 <= bits <= 8, f"an LSTM of {outputs} outputs, {bits} bits")
    require(planes == (outputs * ((1 << bits) - 1)).bit_length(), "planes of an LSTM")
    is_sequence = _flag(sequence, "sequence of an LSTM")
    weights = _weights(cursor, outputs, 4 * outputs)
    _check_totals(cursor, weights)
    (multiplier,) = cursor.i32(4 * outputs, 1)
    return LSTM(source, weights, multiplier, bits, shift, is_sequence)


def _softmax(cursor: Cursor) -> SoftmaxHead:
    inputs, classes, planes, reserved = cursor.u32(4)
    require(planes == inputs.bit_length() and reserved == 0, "planes of the head")
    weights = _weights(cursor, inputs, classes)
    _check_totals(cursor, weights)
    scale, bias = cursor.i32(classes, 2)
    return SoftmaxHead(weights, scale, bias)


def _classification(cursor: Cursor) -> ClassificationHead:
    classes, reserved = cursor.u32(2)
    require(reserved == 0, "a reserved field of the head")
    return ClassificationHead(classes)


def _regression(cursor: Cursor) -> RegressionHead:
    outputs, reserved = cursor.u32(2)
    require(reserved == 0, "a reserved field of the head")
    return RegressionHead(np.array(cursor.u32(outputs), np.int64))


LAYER_READERS: dict[int, Callable[[Cursor, Forms], Layer]] = {
    16: _dense,
    17: _convolution,
    18: _affine,
    19: _normalization,
    20: _pool,
    21: _add,
    22: _concatenate,
    23: _upsample,
    24: _lstm,
}
"""By kind of section; each takes the forms of the tensors so far."""

HEAD_READERS: dict[int, Callable[[Cursor], Head]] = {
    64: _softmax,
    65: _classification,
    66: _regression,
}
