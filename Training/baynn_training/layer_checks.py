# SPDX-License-Identifier: Apache-2.0
"""What a layer of the image format cannot be, refused with a reason (SPEC.md, 3.2 to 3.14)."""

from collections.abc import Callable, Sequence

import numpy as np

from .bit_rows import words
from .integer import (
    AFFINE_DROPOUT,
    GAUSSIAN_SCALE,
    INVERTED,
    LAYER,
    LSTM,
    MAXIMUM,
    NO_METHOD,
    SCALE_DROPOUT,
    SPATIAL_SPINDROP,
    SPINBAYES,
    SPINDROP,
    SUM,
    Add,
    Affine,
    Concatenate,
    Convolution,
    DenseLayer,
    Layer,
    Normalization,
    Pool,
    TensorForm,
    Upsample,
)

SIZE_MAX = 65535
STEP_MAX = 255
TENSOR_MAX = 1 << 24
BOUND_LIMIT = 1 << 24
INTEGER_LIMIT = 1 << 31
STEPS_MAX = 4096
PIECE_STEPS_MAX = 1 << 27
"""Rows added to words of outputs in a row of positions, and elements that a pool looks at."""


def require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def require_range(value: int, low: int, high: int, what: str) -> None:
    require(low <= value <= high, f"{what} is {value}, not {low} to {high}")


def _require_i32(values: np.ndarray, what: str) -> None:
    low, high = int(values.min()), int(values.max())
    require(-INTEGER_LIMIT <= low and high < INTEGER_LIMIT, f"{what} does not fit 32 bits")


def _require_probability(value: int, is_used: bool, what: str) -> None:
    if is_used:
        require(1 <= value <= 65535, f"{what} is {value}: no Q0.16 from 1 to 65535")
    else:
        require(value == 0, f"{what} is {value}, but its method draws nothing with it")


def check_thresholds(
    states: int, outputs: int, bound: int, thresholds: np.ndarray, inversions: np.ndarray, at: str
) -> None:
    require(thresholds.shape == (states, outputs), f"{at} lacks thresholds")
    require(inversions.shape == (states, outputs), f"{at} lacks inversions")
    limit = 1 << (bound.bit_length() + 1)
    low, high = thresholds.min(), thresholds.max()
    require(0 <= low and high < limit, f"a threshold of {at} not clamped")


def require_work(rows: int, planes: int, outputs: int, width: int, at: str) -> None:
    """rows: of weights, for each of so many planes of inputs times bits of weights. width: of the
    row of positions that is one piece of work."""
    steps = rows * planes * (words(outputs) + 1) * width
    require(steps <= PIECE_STEPS_MAX, f"a piece of work of {at} takes {steps} steps, above 2^27")


def _dense(layer: DenseLayer, source: TensorForm, at: str) -> None:
    inputs, outputs = layer.weights.shape
    require(
        source.kind == "input" or (source.is_bits and source.positions == 1),
        f"{at} takes the input or bits of one position, not {source.kind} of {source.shape}",
    )
    require(inputs == source.elements, f"{at} takes {inputs} inputs, but gets {source.elements}")
    require(1 <= outputs <= SIZE_MAX, f"{at} has {outputs} outputs, not 1 to {SIZE_MAX}")
    require(layer.maximum == source.bound, f"{at} has another input maximum than {source.bound}")
    require(layer.bound < BOUND_LIMIT, f"sums of {at} reach {layer.bound}: too large")
    require(0 <= layer.drop_q16 <= 65535, f"drop probability of {at} is no Q0.16")
    require_work(inputs, source.bound.bit_length(), outputs, 1, at)
    states = 2 if layer.drop_q16 else 1
    check_thresholds(states, outputs, layer.bound, layer.thresholds, layer.inversions, at)


def _convolution_states(layer: Convolution, at: str) -> None:
    require(NO_METHOD <= layer.method <= SPINBAYES, f"{at} has no method {layer.method}")
    drops = layer.method in (SCALE_DROPOUT, SPINDROP, SPATIAL_SPINDROP)
    _require_probability(layer.probability, drops, f"the probability of {at}")
    allowed_copies = (2, 4, 8, 16) if layer.method == SPINBAYES else (1,)
    require(
        layer.copies in allowed_copies,
        f"{at} has {layer.copies} copies, possible are {allowed_copies} with its method",
    )
    allowed = {SCALE_DROPOUT: (2,), SPINBAYES: (0, 1, layer.copies)}.get(layer.method, (0, 1))
    require(
        layer.states in allowed,
        f"{at} has {layer.states} sets of thresholds, possible are {allowed} with its method",
    )
    require(
        (layer.thresholds is None) == (layer.inversions is None),
        f"{at} has thresholds without inversions, or the other way",
    )
    if layer.states:
        states, bound = layer.states, layer.bound
        check_thresholds(states, layer.outputs, bound, layer.thresholds, layer.inversions, at)


def _convolution(layer: Convolution, source: TensorForm, at: str) -> None:
    require(source.kind != "integers", f"{at} takes the input or codes, not integers")
    require(layer.maximum == source.bound, f"{at} has another input maximum than {source.bound}")
    for what, pair, low, high in (
        ("kernel", layer.kernel, 1, SIZE_MAX),
        ("stride", layer.stride, 1, STEP_MAX),
        ("dilation", layer.dilation, 1, STEP_MAX),
        ("padding", layer.pad, 0, SIZE_MAX),
    ):
        for value in pair:
            require_range(value, low, high, f"a {what} of {at}")
    require_range(layer.weight_bits, 1, 8, f"the number of weight bits of {at}")
    rows = layer.kernel[0] * layer.kernel[1] * source.channels
    require(layer.weights.ndim == 3, f"weights of {at} are not [copies, rows, outputs]")
    require(layer.rows == rows, f"{at} has {layer.rows} rows of weights, its taps need {rows}")
    require_range(rows, 1, SIZE_MAX, f"the number of rows of {at}")
    require_range(layer.outputs, 1, SIZE_MAX, f"the number of outputs of {at}")
    largest = (1 << layer.weight_bits) - 1
    odd = bool((layer.weights % 2 == 1).all() and (abs(layer.weights) <= largest).all())
    require(odd, f"a weight of {at} is not an odd integer from -{largest} to {largest}")
    require(layer.bound < BOUND_LIMIT, f"sums of {at} reach {layer.bound}: too large")
    planes = source.bound.bit_length() * layer.weight_bits
    require_work(rows, planes, layer.outputs, layer.size[1], at)
    _convolution_states(layer, at)


def _affine(layer: Affine, source: TensorForm, at: str) -> None:
    require(
        layer.method in (NO_METHOD, SCALE_DROPOUT, GAUSSIAN_SCALE),
        f"{at} has no method {layer.method}",
    )
    is_dropped, is_gaussian = layer.method == SCALE_DROPOUT, layer.method == GAUSSIAN_SCALE
    _require_probability(layer.probability, is_dropped, f"the probability of {at}")
    require_range(layer.bits, 0, 8, f"the number of bits of {at}")
    require_range(layer.shift, 0, 30, f"the shift of {at}")
    shape = (2 if is_dropped else 1, source.channels)
    for name in ("multiplier", "offset"):
        values = getattr(layer, name)
        require(values.shape == shape, f"{name} of {at} is of {values.shape}, not {shape}")
        _require_i32(values, f"a {name} of {at}")
    for name in ("mu", "sigma", "bias"):
        values = getattr(layer, name)
        require((values is not None) == is_gaussian, f"{at} has {name}, or lacks it: see method")
        if values is not None:
            require(values.shape == shape[1:], f"{name} of {at} is of {values.shape}")
            _require_i32(values, f"a {name} of {at}")
    if is_gaussian:
        require(bool((layer.sigma >= 0).all()), f"a sigma of {at} is negative")
        scale = layer.scale_bound()
        require(scale < INTEGER_LIMIT, f"a scale of {at} can reach {scale}: not below 2^31")
    for bound in (layer.product_bound(source), layer.sum_bound(source)):
        require(bound < INTEGER_LIMIT, f"values of {at} can reach {bound}: not below 2^31")


def _normalization(layer: Normalization, source: TensorForm, at: str) -> None:
    require(source.kind == "integers", f"{at} takes integers, not {source.kind}")
    require(layer.mode in (INVERTED, LAYER), f"{at} has no mode {layer.mode}")
    is_inverted = layer.mode == INVERTED
    methods = (NO_METHOD, AFFINE_DROPOUT) if is_inverted else (NO_METHOD,)
    require(layer.method in methods, f"{at} has no method {layer.method}")
    is_dropped = layer.method == AFFINE_DROPOUT
    for value in (layer.probability_gamma, layer.probability_beta):
        _require_probability(value, is_dropped, f"a probability of {at}")
    if is_inverted:
        require_range(layer.one, 1, 1 << 24, f"the one of {at}")
    else:
        require(layer.one == 0, f"{at} has a one, which only the inverted mode takes")
    require_range(layer.groups, 1, source.channels, f"the number of groups of {at}")
    require(
        source.channels % layer.groups == 0,
        f"{layer.groups} groups of {at} do not divide {source.channels} channels",
    )
    for name in ("gamma", "beta"):
        values = getattr(layer, name)
        require(values.shape == (source.channels,), f"{name} of {at} is of {values.shape}")
        require(abs(values).max() < 1 << 30, f"a {name} of {at} reaches 2^30")
    if is_inverted:
        scales = np.maximum(abs(layer.gamma), layer.one).astype(object)
        largest = int((scales * source.bound + abs(layer.beta)).max())
    else:
        largest = source.elements // layer.groups * source.bound
    require(largest < INTEGER_LIMIT, f"values of {at} can reach {largest}: not below 2^31")


def _pool(layer: Pool, source: TensorForm, at: str) -> None:
    require(source.kind != "input", f"{at} takes codes or integers, not the input")
    require(layer.mode in (MAXIMUM, SUM), f"{at} has no mode {layer.mode}")
    for axis in range(2):
        kernel, stride, pad = layer.kernel[axis], layer.stride[axis], layer.pad[axis]
        require_range(kernel, 1, SIZE_MAX, f"a kernel of {at}")
        require_range(stride, 1, SIZE_MAX, f"a stride of {at}")
        require_range(pad, 0, kernel - 1, f"a padding of {at}")
        begin = (layer.size[axis] - 1) * stride - pad
        require(begin < source.shape[axis], f"a window of {at} lies outside its source")
    steps = layer.kernel[0] * layer.kernel[1] * layer.size[0] * layer.size[1] * source.channels
    require(steps <= PIECE_STEPS_MAX, f"{at} looks at {steps} elements, above 2^27")
    if layer.mode == SUM:
        largest = layer.kernel[0] * layer.kernel[1] * source.bound
        require(largest < INTEGER_LIMIT, f"sums of {at} can reach {largest}: not below 2^31")


def _add(layer: Add, first: TensorForm, second: TensorForm, at: str) -> None:
    kinds = {first.kind, second.kind}
    require(kinds == {"integers"}, f"{at} takes integers, not {first.kind} and {second.kind}")
    shapes = first.shape, second.shape
    require(shapes[0] == shapes[1], f"{at} takes equal shapes, not {shapes[0]} and {shapes[1]}")
    largest = first.bound + second.bound
    require(largest < INTEGER_LIMIT, f"values of {at} can reach {largest}: not below 2^31")


def _concatenate(layer: Concatenate, first: TensorForm, second: TensorForm, at: str) -> None:
    require(
        first.kind == second.kind != "input" and first.bits == second.bits,
        f"{at} takes codes of equal bits or integers",
    )
    shapes = first.shape[:2], second.shape[:2]
    require(shapes[0] == shapes[1], f"{at} takes equal maps, not {shapes[0]} and {shapes[1]}")


def _upsample(layer: Upsample, source: TensorForm, at: str) -> None:
    require(source.kind != "input", f"{at} takes codes or integers, not the input")
    for factor in layer.factor:
        require_range(factor, 1, STEP_MAX, f"a factor of {at}")


def _lstm(layer: LSTM, source: TensorForm, at: str) -> None:
    require(source.kind == "integers", f"{at} takes integers, not {source.kind}")
    require_range(source.positions, 1, STEPS_MAX, f"the number of steps of {at}")
    require_range(layer.outputs, 1, 16383, f"the number of outputs of {at}")
    gates = 4 * layer.outputs
    require(source.channels == gates, f"{at} takes {gates} channels, but gets {source.channels}")
    require(layer.weights.shape[1] == gates, f"{at} has weights for {layer.weights.shape[1]} gates")
    require_range(layer.bits, 1, 8, f"the number of bits of {at}")
    require_range(layer.shift, 0, 16, f"the shift of {at}")
    require(layer.bound < BOUND_LIMIT, f"sums of {at} reach {layer.bound}: too large")
    shape = layer.recurrent_multiplier.shape
    require(shape == (gates,), f"recurrent multipliers of {at} are of {shape}, not ({gates},)")
    _require_i32(layer.recurrent_multiplier, f"a recurrent multiplier of {at}")
    largest = source.bound + int(abs(layer.recurrent_multiplier).max()) * layer.bound
    require(largest < INTEGER_LIMIT, f"gates of {at} can reach {largest}: not below 2^31")


_CHECKS: dict[type, Callable[..., None]] = {
    DenseLayer: _dense,
    Convolution: _convolution,
    Affine: _affine,
    Normalization: _normalization,
    Pool: _pool,
    Add: _add,
    Concatenate: _concatenate,
    Upsample: _upsample,
    LSTM: _lstm,
}


def check_layer(layer: Layer, number: int, forms: Sequence[TensorForm]) -> TensorForm:
    """Raises ValueError if layer `number` does not fit the tensors before it.

    forms: of the tensors so far. Returns the form of the tensor that the layer makes.
    """
    at = f"layer {number - 1}"
    numbers = layer.sources(number)
    for source in numbers:
        require(0 <= source < number, f"{at} takes tensor {source}, which is not before it")
    sources = [forms[source] for source in numbers]
    _CHECKS[type(layer)](layer, *sources, at)
    output = layer.output(*sources)
    for size in output.shape:
        require_range(size, 1, SIZE_MAX, f"a side of the output of {at}")
    require(output.elements <= TENSOR_MAX, f"{at} has {output.elements} elements: too many")
    require(output.bound < INTEGER_LIMIT, f"values of {at} can reach {output.bound}")
    return output
