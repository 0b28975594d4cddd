# SPDX-License-Identifier: Apache-2.0
"""A convolution with binary or few-bit weights, and its stochastic methods (SPEC.md, 3.9)."""

from collections.abc import Iterator, Sequence
from math import sqrt

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..sign import sign
from ..thresholds import fold_normalization
from .batch_statistics import BatchStatistics
from .decisions import DropDecisions, SiteDecisions
from .layer import Layer
from .quantizers import LATENT_START, quantize_weights
from .tensor_type import TensorType, codes
from .window import Window

SUM_LIMIT = 1 << 24
"""Of n * maximum * (2^b - 1): below it single precision sums integers without error."""

WEIGHT_TEMPERATURE = 0.03
"""Of the posterior of SpinBayes weights: P(w = +1) = sigmoid(latent / temperature). The lower,
the nearer to 0 a latent weight must be for copies to differ; at 0.1 the noise of the copies
costs a short training accuracy (MNIST, 480 steps: 91.8 %, 93.7 % at 0.03, 94.2 % at 0.01)."""


class ConvolutionLayer(Layer):
    """Integer sums z = sum w s, or their signs behind a batch normalization.

    A tap out of range contributes 0. Weights are signs of latent weights, or odd integers.

    method: "none"; "scale" (Scale Dropout, arXiv 2311.15816; needs a norm): z is multiplied
    by a learned scale for each channel, or by 1 if dropped; "spindrop" (arXiv 2401.06195):
    each row of weights, that is tap and channel, is dropped for a whole sample; "spatial":
    each channel of the source; "spinbayes": each sample picks one of a few weight copies.

    SpinBayes learns a mean-field posterior over binary weights: P(w = +1) is the sigmoid of
    latent / 0.03. Every training step draws fresh copies, by adding logistic noise to the
    latent weights; `prepare` draws those of the image. Each copy then gets statistics of
    its own, and so thresholds of its own.

    latent: [outputs, channels, kernel height, kernel width], kept in [-1, 1].
    thresholds, inversions: int64 and bool [states, outputs], after `finish` with a norm: the
    output is (z + limit >= threshold) XOR inversion.
    """

    def __init__(
        self,
        source: int,
        kind: TensorType,
        outputs: int,
        window: Window,
        is_signed: bool,
        method: str = "none",
        probability: float = 0.15,
        copies: int = 4,
        weight_bits: int = 1,
        has_norm: bool = False,
    ) -> None:
        rows = window.taps * kind.channels
        self.limit = rows * kind.maximum * ((1 << weight_bits) - 1)
        if self.limit >= SUM_LIMIT or rows > 65535:
            raise ValueError(
                f"{rows} weights for each output on inputs up to {kind.maximum} can sum to "
                f"{self.limit}, beyond 2^24: use a smaller kernel, fewer channels or fewer bits"
            )
        decisions = {
            "none": lambda: None,
            "scale": lambda: SiteDecisions([probability]),
            "spindrop": lambda: DropDecisions(rows, probability),
            "spatial": lambda: DropDecisions(kind.channels, probability),
            "spinbayes": lambda: SiteDecisions([0.5] * (copies.bit_length() - 1)),
        }
        if method not in decisions or (method == "scale" and not has_norm):
            raise ValueError(f'a convolution without batch norm has no method "{method}"')
        if method == "spinbayes" and copies not in (2, 4, 8, 16):
            raise ValueError(f"{copies} weight copies are not 2, 4, 8 or 16")
        if method == "spinbayes" and weight_bits != 1:
            raise ValueError("the posterior of SpinBayes is one over binary weights")
        height, width = window.size
        bits = codes(height, width, outputs, 1)
        typical = _typical(kind, is_signed) * sqrt(rows) * codes(1, 1, 1, weight_bits).typical
        sums = TensorType(height, width, outputs, "integers", typical=typical)
        super().__init__([source], bits if has_norm else sums, decisions[method]())
        self.window, self.kind, self.is_signed = window, kind, is_signed
        self.method, self.weight_bits = method, weight_bits
        self.copies = copies if method == "spinbayes" else 1
        shape = outputs, kind.channels, *window.kernel
        self.latent = nn.Parameter(torch.empty(shape).uniform_(-LATENT_START, LATENT_START))
        self.scale = nn.Parameter(1 + 0.1 * torch.randn(outputs)) if method == "scale" else None
        self.norm = BatchStatistics(outputs, self.copies) if has_norm else None
        self.noise: Tensor | None = None
        self.fixed: Tensor | None = None
        self.thresholds: np.ndarray | None = None
        self.inversions: np.ndarray | None = None
        self._decision: tuple[Tensor, Tensor] | None = None

    def weights(self) -> Tensor:
        """Odd integers: [copies, outputs, channels, kernel height, kernel width]."""
        if self.fixed is not None:
            return self.fixed
        if self.method == "spinbayes" and self.noise is not None:
            return sign(self.latent + self.noise)
        return quantize_weights(self.latent, self.weight_bits).expand(
            self.copies, *self.latent.shape
        )

    def resample(self, generator: torch.Generator | None) -> None:
        if self.method == "spinbayes" and self.fixed is None:
            shape = self.copies, *self.latent.shape
            uniform = torch.rand(shape, generator=generator).clamp(1e-6, 1 - 1e-6)
            self.noise = (uniform.logit() * WEIGHT_TEMPERATURE).to(self.latent.dtype)

    @torch.no_grad()
    def prepare(self, generator: torch.Generator) -> None:
        self.resample(generator)
        # Sums of less than 2^24 are exact in single precision, and fast.
        self.fixed = self.weights().float().clone()

    @torch.no_grad()
    def clip_latent(self) -> None:
        """To be called after every step of the optimizer: beyond [-1, 1] a latent weight
        would get no gradient, and never come back."""
        self.latent.clamp_(-1, 1)

    def sums(self, x: Tensor, state: Tensor | None) -> Tensor:
        """x: values of the source; returns z: [batch, outputs, height, width]."""
        weights = self.weights()
        x = x.to(weights.dtype)
        if self.is_signed and self.kind.elements == "input":
            x = 2 * x - self.kind.maximum
        if self.method == "spatial" and state is not None:
            x = x * ~state[:, :, None, None]
        if self.method == "spindrop" and state is not None:
            z = self._sums_without_rows(x, ~state, weights[0])
        elif self.method == "spinbayes":
            z = self._sums_of_copies(x, state, weights)
        else:
            z = self.window.sums(x, weights[0])
        return z

    def _sums_without_rows(self, x: Tensor, keep: Tensor, weights: Tensor) -> Tensor:
        """keep: bool [batch, taps * channels], rows in the order of the image."""
        window = self.window
        if window.kernel == window.source and window.size == (1, 1) and window.pad == (0, 0):
            # A row of weights meets one element of the map: dropping that is many times as fast.
            elements = keep.unflatten(1, (window.taps, x.shape[1])).transpose(1, 2)
            return window.sums(x * elements.reshape(x.shape), weights)
        height, width = window.size
        rows = keep.unflatten(1, (window.taps, x.shape[1])).transpose(1, 2).flatten(1)
        patches, matrix = window.patches(x), weights.flatten(1)
        if height * width < len(matrix):
            kept = (patches * rows[:, :, None]).transpose(1, 2)
            z = functional.linear(kept, matrix).transpose(1, 2)
        else:  # Weights of each sample are fewer than its patches.
            z = torch.bmm(matrix * rows[:, None], patches)
        return z.unflatten(2, (height, width))

    def _sums_of_copies(self, x: Tensor, state: Tensor, weights: Tensor) -> Tensor:
        order = torch.argsort(state, stable=True)
        parts = x[order].split(torch.bincount(state, minlength=self.copies).tolist())
        z = [self.window.sums(part, w) for part, w in zip(parts, weights, strict=True) if len(part)]
        return torch.cat(z)[torch.argsort(order)]

    def scaled(self, z: Tensor, state: Tensor | None) -> Tensor:
        """Applies the scale, where it is not dropped."""
        if self.scale is None:
            return z
        dropped = state.to(self.scale.dtype)[:, None]
        return z * ((1 - dropped) * self.scale + dropped)[:, :, None, None]

    def activation(self, z: Tensor, state: Tensor | None) -> Tensor:
        """The sign behind batch normalization and scale, as trained; needs a norm."""
        copy = state if self.method == "spinbayes" else None
        return sign(self.norm(self.scaled(z, state), copy))

    def forward(self, inputs: Sequence[Tensor], state: Tensor | None) -> Tensor:
        z = self.sums(inputs[0], state)
        return z if self.norm is None else self._output(z, state)

    def branches(self, inputs: Sequence[Tensor]) -> Iterator[Tensor]:
        if self.scale is None:
            yield from super().branches(inputs)
            return
        z = self.sums(inputs[0], None)
        for state in range(2):
            yield self._output(z, torch.full((len(z),), state))

    def _output(self, z: Tensor, state: Tensor | None) -> Tensor:
        return self.activation(z, state) if self._decision is None else self._decide(z, state)

    def _decide(self, z: Tensor, state: Tensor | None) -> Tensor:
        """What `activation` says, by thresholds: many times as fast."""
        slope, offset = self._decision
        row = state if len(slope) > 1 else slice(0, 1)
        # Single precision may round the difference, but never to or from 0.
        return sign(torch.addcmul(offset[row][:, :, None, None], z, slope[row][:, :, None, None]))

    @property
    def needs_statistics(self) -> bool:
        return self.norm is not None

    def collect(self, inputs: Sequence[Tensor], state: Tensor | None) -> None:
        z = self.scaled(self.sums(inputs[0], state), state)
        self.norm.collect(z, state if self.method == "spinbayes" else None)

    def settle(self) -> None:
        self.norm.settle()

    def finish(self, bounds: Sequence[int]) -> None:
        self.bound = self.limit if self.norm is None else 1
        if self.norm is None:
            return
        ones = torch.ones(self.output.channels)
        scales = [ones] if self.scale is None else [self.scale, ones]
        self.thresholds, self.inversions = fold_normalization(scales, self.norm, self.limit)
        least = torch.from_numpy(self.thresholds - self.limit)
        inverted = torch.from_numpy(self.inversions)
        # z >= least, or z <= least - 1.
        self._decision = 1 - 2.0 * inverted, torch.where(inverted, least - 1, -least).float()

    def regularizer(self) -> Tensor | float:
        return 0.0 if self.scale is None else 1e-3 * (1 - self.scale.mean()).square()

    def extra_repr(self) -> str:
        bits = f", {self.weight_bits} bit weights" if self.weight_bits > 1 else ""
        if self.method == "spinbayes":
            bits += f", {self.copies} copies, temperature {WEIGHT_TEMPERATURE}"
        return f"{self.sources} -> {self.output.describe()}, {self.method}{bits}, {self.window}"


def _typical(kind: TensorType, is_signed: bool) -> float:
    """Root mean square of an element, as a convolution sees it."""
    if kind.elements == "codes" or is_signed:
        return codes(1, 1, 1, kind.bits).typical
    return kind.maximum / 2
