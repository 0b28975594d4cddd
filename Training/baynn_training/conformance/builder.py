# SPDX-License-Identifier: Apache-2.0
"""Builds small random networks whose tensors vary.

A batch of random inputs runs along, and thresholds and scales are chosen from the integers
that it meets. All of it is integer arithmetic, so that a seed gives the same bytes everywhere.
"""

from collections.abc import Sequence

import numpy as np

from ..integer import (
    AFFINE_DROPOUT,
    GAUSSIAN_SCALE,
    INVERTED,
    LSTM,
    MAXIMUM,
    NO_METHOD,
    SCALE_DROPOUT,
    SPINBAYES,
    Add,
    Affine,
    Concatenate,
    Convolution,
    DenseLayer,
    Head,
    Integers,
    Layer,
    Normalization,
    Pool,
    RegressionHead,
    SoftmaxHead,
    TensorForm,
    Upsample,
)
from ..integer_network import IntegerNetwork
from ..layer_checks import check_layer
from .draws import Draws

BATCH = 24


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


def _center(values: Integers) -> int:
    """Their median."""
    return int(np.sort(values, axis=None)[values.size // 2])


def _spread(values: Integers) -> int:
    """Their mean distance from the median, at least 1."""
    return max(int(abs(values - _center(values)).sum()) // values.size, 1)


class Builder:
    """Each method adds a layer and returns the number of its tensor."""

    def __init__(self, draws: Draws, shape: tuple[int, int, int], maximum: int) -> None:
        self.draws, self.shape, self.maximum = draws, shape, maximum
        self.layers: list[Layer] = []
        self.forms = [TensorForm(*shape, "input", maximum)]
        self.tensors = [draws.integers(0, maximum, BATCH, *shape)]

    def _add(self, layer: Layer) -> int:
        number = len(self.layers) + 1
        self.forms.append(check_layer(layer, number, self.forms))
        self.layers.append(layer)
        self.tensors.append(self._evaluated(layer, number))
        return number

    def _evaluated(self, layer: Layer, number: int) -> Integers:
        numbers = layer.sources(number)
        forms = [self.forms[k] for k in numbers]
        return layer.evaluate([self.tensors[k] for k in numbers], forms, 0, None)

    def _probability(self) -> int:
        """Q0.16, from 5 % to 70 %."""
        return self.draws.integer(3277, 45875)

    def _thresholds(self, sums: Sequence[Integers], bound: int) -> Integers:
        """sums: of each state, [..., outputs]. For each lane one that some sums reach and others
        do not, except a few at and beyond the ends of the range."""
        rows = []
        for z in sums:
            columns = np.sort(z.reshape(-1, z.shape[-1]), axis=0)
            lanes = columns.shape[1]
            ranks = self.draws.integers(len(columns) // 4, len(columns) * 3 // 4, lanes)
            row = columns[ranks, np.arange(lanes)] + bound + self.draws.integers(0, 1, lanes)
            ends = np.array([0, 2 * bound + 1, (1 << (bound.bit_length() + 1)) - 1])
            end = self.draws.integers(0, 47, lanes)
            is_end = (end < 3) & (lanes > 2)
            rows.append(np.where(is_end, ends[np.minimum(end, 2)], row))
        return np.stack(rows)

    def dense(self, outputs: int, scale: bool = False) -> int:
        """Takes the tensor before."""
        source = self.forms[-1]
        weights = self.draws.bits(source.elements, outputs)
        flat = self.tensors[-1].reshape(BATCH, -1)
        sums = flat @ (2 * weights.astype(np.int64) - 1)
        states = 2 if scale else 1
        bound = source.elements * source.bound
        thresholds = self._thresholds([sums] * states, bound)
        probability = self._probability() if scale else 0
        inversions = self.draws.bits(states, outputs)
        return self._add(DenseLayer(weights, source.bound, probability, thresholds, inversions))

    def convolution(
        self,
        source: int,
        outputs: int,
        kernel: int | tuple[int, int] = 3,
        stride: int | tuple[int, int] = 1,
        dilation: int | tuple[int, int] = 1,
        pad: int | tuple[int, int] = 0,
        size: tuple[int, int] | None = None,
        weight_bits: int = 1,
        signed: bool = True,
        transposed: bool = False,
        method: int = NO_METHOD,
        copies: int = 1,
        states: int = 1,
    ) -> int:
        """size: None for all positions whose window begins in range. states: 0 for integers."""
        form = self.forms[source]
        kernel, stride, dilation, pad = map(_pair, (kernel, stride, dilation, pad))
        if size is None:
            size = tuple(
                max((length - 1) * s + (k - 1) * d + 1 - 2 * p, 1)
                if transposed
                else max((length + 2 * p - (k - 1) * d - 1) // s + 1, 1)
                for length, k, s, d, p in zip(
                    form.shape[:2], kernel, stride, dilation, pad, strict=True
                )
            )
        rows, largest = kernel[0] * kernel[1] * form.channels, (1 << weight_bits) - 1
        weights = 2 * self.draws.integers(0, largest, copies, rows, outputs) - largest
        probability = 0 if method in (NO_METHOD, SPINBAYES) else self._probability()
        layer = Convolution(
            source, form.bound, kernel, stride, dilation, pad, size, weights, weight_bits,
            signed, transposed, method, probability,
        )  # fmt: skip
        if not states:
            return self._add(layer)
        copy_of = [state if method == SPINBAYES else 0 for state in range(states)]
        sums = [layer.sums(self.tensors[source], copy) for copy in copy_of]
        changes = {
            "thresholds": self._thresholds(sums, layer.bound),
            "inversions": self.draws.bits(states, outputs),
        }
        return self._add(Convolution(**{**layer.__dict__, **changes}))

    def affine(
        self,
        source: int,
        bits: int = 0,
        amplitude: int = 1 << 10,
        shift: int | None = None,
        method: int = NO_METHOD,
    ) -> int:
        """amplitude: about the largest value that comes out, of integers."""
        form = self.forms[source]
        values = form.values(self.tensors[source])
        target = (1 << bits) if bits else amplitude
        wanted = target // (4 * _spread(values)) + 1
        # |m| <= 2 step and |o| <= 2 step B + step must stay below 2^31, with a scale of up to 4.
        limit = (1 << 31) // (4 * form.bound + 1) // (4 if method == GAUSSIAN_SCALE else 1)
        if shift is None:
            shift = self.draws.integer(0, 14)
            while (target << shift) < 16 * _spread(values):
                shift += 1
            while shift and wanted << shift > limit:
                shift -= 1
        step = min(max((target << shift) // (4 * _spread(values)), 1), limit)
        states = 2 if method == SCALE_DROPOUT else 1
        shape = states, form.channels
        sign = 2 * self.draws.integers(0, 1, *shape) - 1
        multiplier = sign * (step + self.draws.integers(0, step, *shape))
        noise = self.draws.integers(0, 2 * step, *shape) - step
        offset = -multiplier * _center(values) + noise
        probability = self._probability() if states == 2 else 0
        extra = ()
        if method == GAUSSIAN_SCALE:
            mu = (1 << 16) + self.draws.integers(-(1 << 14), 1 << 14, form.channels)
            mu[: form.channels // 4] *= -1
            sigma = self.draws.integers(0, 1 << 15, form.channels)
            extra = mu, sigma, self.draws.integers(-step, step, form.channels)
        layer = Affine(source, multiplier, offset, bits, shift, method, probability, *extra)
        return self._add(layer)

    def normalization(
        self, source: int, mode: int = INVERTED, groups: int = 1, method: int = NO_METHOD
    ) -> int:
        form, is_inverted = self.forms[source], mode == INVERTED
        one = 1 << self.draws.integer(2, 6) if is_inverted else 0
        scale = one or 64
        gamma = self.draws.integers(-scale, 2 * scale, form.channels)
        reach = scale * _spread(self.tensors[source]) if is_inverted else scale
        beta = self.draws.integers(-reach, reach, form.channels)
        both = (self._probability(), self._probability()) if method == AFFINE_DROPOUT else (0, 0)
        return self._add(Normalization(source, mode, gamma, beta, groups, method, *both, one))

    def pool(
        self,
        source: int,
        mode: int = MAXIMUM,
        kernel: int | tuple[int, int] = 2,
        stride: int | tuple[int, int] | None = None,
        pad: int | tuple[int, int] = 0,
        size: tuple[int, int] | None = None,
    ) -> int:
        """stride: None for that of the kernel. size: None for all windows that begin in range."""
        kernel, pad = _pair(kernel), _pair(pad)
        stride = kernel if stride is None else _pair(stride)
        if size is None:
            lengths = zip(self.forms[source].shape[:2], stride, pad, strict=True)
            size = tuple((length + p - 1) // s + 1 for length, s, p in lengths)
        return self._add(Pool(source, mode, kernel, stride, pad, size))

    def add(self, first: int, second: int) -> int:
        return self._add(Add(first, second))

    def concatenate(self, first: int, second: int) -> int:
        return self._add(Concatenate(first, second))

    def upsample(self, source: int, factor: int | tuple[int, int] = 2) -> int:
        return self._add(Upsample(source, _pair(factor)))

    def lstm(
        self, source: int, bits: int = 1, shift: int | None = None, sequence: bool = False
    ) -> int:
        """source: 4 m channels of integers, of about 2^17."""
        outputs = self.forms[source].channels // 4
        reach = max((1 << 17) // (outputs * ((1 << bits) - 1)), 1)
        shift = max(16 - bits, 0) if shift is None else shift
        weights = self.draws.bits(outputs, 4 * outputs)
        multiplier = self.draws.integers(-reach, 2 * reach, 4 * outputs)
        return self._add(LSTM(source, weights, multiplier, bits, shift, sequence))

    def softmax(self, classes: int) -> SoftmaxHead:
        """A head over bits of one position."""
        inputs = self.forms[-1].channels
        step = (1 << 20) // max(inputs // 4, 1)
        scale = self.draws.integers(-step, 2 * step, classes)
        bias = self.draws.integers(-(1 << 20), 1 << 20, classes)
        return SoftmaxHead(self.draws.bits(inputs, classes), scale, bias)

    def regression(self) -> RegressionHead:
        """A head over integers, Q15.16."""
        return RegressionHead(self.draws.integers(0, 1 << 15, self.forms[-1].elements))

    def network(self, head: Head) -> IntegerNetwork:
        return IntegerNetwork(self.shape, self.maximum, tuple(self.layers), head)
