# SPDX-License-Identifier: Apache-2.0
"""The methods of a graph that add layers to it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .layers import (
    AddLayer,
    ConcatenateLayer,
    ConvolutionLayer,
    GaussianAffine,
    Layer,
    LSTMLayer,
    NormAffine,
    NormalizationLayer,
    PoolLayer,
    Requantize,
    Rescale,
    UpsampleLayer,
)
from .layers.affine import LOGIT_FRACTION_BITS, REAL_FRACTION_BITS
from .layers.window import Pair, pair, plan_window

METHODS = ("none", "scale", "spindrop", "spatial", "spinbayes", "subset", "affine")
Padding = str | int | tuple[int, int]


@dataclass(frozen=True)
class Head:
    """kind: "classification" or "regression". outputs: classes, or numbers put out."""

    kind: str
    outputs: int


class GraphBuilder:
    """Each method adds one or more layers and returns the number of the last tensor.

    Tensors are named by numbers; `graph.types[number]` says what one holds. Sizes are
    numbers or (height, width).
    """

    def _append(self, layer: Layer) -> int:
        if self.head is not None:
            raise ValueError("the graph has a head already: nothing can follow it")
        if len(self.layers) == 64:
            raise ValueError("a model has at most 64 layers")
        self.layers.append(layer)
        self.types.append(layer.output)
        return len(self.layers)

    def _convolve(self, source: int, outputs: int, window_options: dict, **options) -> int:
        kind = self.types[source]
        if kind.elements == "integers":
            raise ValueError(f"tensor {source} holds integers: take their sign before convolving")
        window = plan_window(kind.shape[:2], **window_options)
        signed = kind.elements == "codes" or self.signed_input
        return self._append(ConvolutionLayer(source, kind, outputs, window, signed, **options))

    def convolution(
        self,
        source: int,
        outputs: int,
        kernel: Pair | None = 3,
        stride: Pair = 1,
        padding: Padding = "same",
        dilation: Pair = 1,
        transposed: bool = False,
        method: str = "none",
        probability: float = 0.15,
        copies: int = 4,
        weight_bits: int = 1,
    ) -> int:
        """Sums of inputs or codes times binary weights, as integers.

        kernel: None for the whole map. weight_bits: 1 to 8.
        method: "none", "spindrop", "spatial" or "spinbayes".
        """
        window = dict(
            kernel=kernel, stride=stride, padding=padding, dilation=dilation, transposed=transposed
        )
        return self._convolve(
            source,
            outputs,
            window,
            method=method,
            probability=probability,
            copies=copies,
            weight_bits=weight_bits,
        )

    def block(
        self,
        source: int,
        outputs: int,
        kernel: Pair | None = 3,
        stride: Pair = 1,
        padding: Padding = "same",
        dilation: Pair = 1,
        norm: str = "batch",
        method: str = "scale",
        probability: float | tuple[float, float] = 0.15,
        copies: int = 4,
        groups: int = 1,
        bits: int = 1,
        weight_bits: int = 1,
        transposed: bool = False,
    ) -> int:
        """A convolution, a normalization and a sign, or a code of several bits.

        kernel: None for the whole map, which makes a dense layer.
        norm: "batch", "inverted" or "layer"; `groups` of channels share statistics of the
        latter two. method: see ConvolutionLayer; "subset" (Gaussian scales, batch norm),
        "affine" (Affine Dropout, inverted norm; `probability` may be a pair for gamma and beta).
        bits: of the codes, 1 to 8; more than 1 need the batch norm.
        """
        if method not in METHODS:
            raise ValueError(f'method "{method}" is none of {", ".join(METHODS)}')
        if norm not in ("batch", "inverted", "layer"):
            raise ValueError(f'norm "{norm}" is none of batch, inverted, layer')
        if (norm == "inverted") < (method == "affine") or (
            norm != "batch" and method in ("scale", "subset")
        ):
            raise ValueError(f'method "{method}" does not go with norm "{norm}"')
        if bits > 1 and norm != "batch":
            raise ValueError(f'norm "{norm}" makes signs: codes of {bits} bits need norm="batch"')
        window = dict(
            kernel=kernel, stride=stride, padding=padding, dilation=dilation, transposed=transposed
        )
        is_fused = norm == "batch" and bits == 1 and method != "subset"
        of_sums = is_fused or method in ("spindrop", "spatial", "spinbayes")
        z = self._convolve(
            source,
            outputs,
            window,
            method=method if of_sums else "none",
            probability=probability,
            copies=copies,
            weight_bits=weight_bits,
            has_norm=is_fused,
        )
        if is_fused:
            return z
        rest = "none" if of_sums else method
        if norm == "batch":
            return self._normed(z, bits, rest, probability)
        return self.normalize(z, norm, groups, rest, probability)

    def _normed(self, source: int, bits: int, method: str, probability: float) -> int:
        kind = self.types[source]
        if not 0 <= bits <= 8:
            raise ValueError(f"codes of {bits} bits: choose 1 to 8")
        if method == "subset":
            return self._append(GaussianAffine(source, kind, bits))
        if method not in ("none", "scale"):
            raise ValueError(f'an affine layer has no method "{method}"')
        p = probability if method == "scale" else None
        return self._append(NormAffine(source, kind, bits, p))

    def affine(
        self, source: int, method: str = "none", probability: float = 0.15, bits: int = 0
    ) -> int:
        """Batch normalization as a fixed-point multiplication and addition: real values.

        method: "none", "scale" (Scale Dropout) or "subset" (Gaussian scales).
        bits: 1 to 8 for codes instead, 1 for signs: what follows a convolution and a pool of
        its sums, which tells more than a pool of signs."""
        return self._normed(source, bits, method, probability)

    def sign(self, source: int) -> int:
        """Real values to signs; sign(0) = +1."""
        return self.quantize(source, 1)

    def quantize(self, source: int, bits: int) -> int:
        """Real values to codes of 1 to 8 bits; those of more than one cover [-2, 2]."""
        kind = self.types[source]
        if kind.elements != "integers":
            raise ValueError(f"tensor {source} holds {kind.elements} already")
        if not 1 <= bits <= 8:
            raise ValueError(f"codes of {bits} bits: choose 1 to 8")
        return self._append(Requantize(source, kind, bits))

    def normalize(
        self,
        source: int,
        mode: str,
        groups: int = 1,
        method: str = "none",
        probability: float | tuple[float, float] = 0.15,
    ) -> int:
        """Integers to signs, by statistics of each input: "inverted" or "layer"."""
        kind = self.types[source]
        return self._append(NormalizationLayer(source, kind, mode, groups, method, probability))

    def _pool(
        self, source: int, kernel: Pair | None, stride: Pair | None, padding: Padding, mode: str
    ) -> int:
        kind = self.types[source]
        stride = kernel if stride is None else stride
        window = plan_window(kind.shape[:2], kernel, 1 if kernel is None else stride, padding)
        return self._append(PoolLayer(source, kind, window, mode))

    def max_pool(
        self, source: int, kernel: Pair, stride: Pair | None = None, padding: Padding = "valid"
    ) -> int:
        """The largest of each window; of signs, their OR. stride: that of the kernel if None."""
        return self._pool(source, kernel, stride, padding, "maximum")

    def sum_pool(
        self,
        source: int,
        kernel: Pair | None = None,
        stride: Pair | None = None,
        padding: Padding = "valid",
    ) -> int:
        """The sum of each window, as integers; kernel: None for the whole map."""
        return self._pool(source, kernel, stride, padding, "sum")

    def upsample(self, source: int, factor: Pair) -> int:
        """Repeats each position."""
        return self._append(UpsampleLayer(source, self.types[source], pair(factor)))

    def concatenate(self, first: int, second: int) -> int:
        """The channels of both, one after the other."""
        a, b = self.types[first], self.types[second]
        return self._append(ConcatenateLayer(first, second, a, b))

    def add(self, first: int, second: int) -> int:
        """Residual addition of two real tensors of equal shape."""
        return self._append(AddLayer(first, second, self.types[first], self.types[second]))

    def lstm(
        self,
        source: int,
        outputs: int,
        bits: int = 1,
        sequence: bool = False,
        method: str = "none",
        probability: float = 0.15,
        weight_bits: int = 1,
    ) -> int:
        """A long short-term memory over the positions of a tensor, row by row.

        Gates come from a convolution of each position and an affine layer, whose method is
        "none", "scale" or "subset". bits: of the codes of h. sequence: h of all steps, instead
        of the last."""
        z = self.convolution(source, 4 * outputs, kernel=1, weight_bits=weight_bits)
        gates = self.affine(z, method, probability)
        return self._append(LSTMLayer(gates, self.types[gates], outputs, bits, sequence))

    def classify(
        self, source: int, classes: int, per_position: bool = False, weight_bits: int = 1
    ) -> int:
        """Head: binary weights, then a real scale and bias for each class.

        source: codes; the whole map, or with per_position each of its positions."""
        kernel = 1 if per_position else None
        z = self.convolution(source, classes, kernel=kernel, weight_bits=weight_bits)
        return self._classify(z, classes)

    def classify_sum(self, source: int, classes: int, weight_bits: int = 1) -> int:
        """Head: binary weights at each position, summed over all of them, then a real scale
        and bias for each class; a global average."""
        z = self.convolution(source, classes, kernel=1, weight_bits=weight_bits)
        return self._classify(self.sum_pool(z), classes)

    def _classify(self, sums: int, classes: int) -> int:
        if classes < 2:
            raise ValueError(f"{classes} classes: there must be at least 2")
        number = self._append(Rescale(sums, self.types[sums], LOGIT_FRACTION_BITS))
        self.head = Head("classification", classes)
        return number

    def regress(
        self,
        source: int,
        outputs: int,
        center: float | Sequence[float] | Tensor,
        spread: float | Sequence[float] | Tensor,
        weight_bits: int = 1,
    ) -> int:
        """Head: values in the unit of the targets, and a learned noise of each output.

        center, spread: mean and standard deviation of the training targets, one number or
        one for each output."""
        center, spread = (
            torch.as_tensor(v, dtype=torch.float32).expand(outputs).clone()
            for v in (center, spread)
        )
        if not bool((spread > 0).all()):
            raise ValueError("the spread of the targets is not positive")
        z = self.convolution(source, outputs, kernel=None, weight_bits=weight_bits)
        number = self._append(Rescale(z, self.types[z], REAL_FRACTION_BITS, center, spread))
        self.log_noise = nn.Parameter(torch.full((outputs,), math.log(0.5)))
        self.spread = spread
        self.head = Head("regression", outputs)
        return number
