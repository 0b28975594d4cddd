# SPDX-License-Identifier: Apache-2.0
"""Normalizations whose statistics are those of one input, and then a sign (SPEC.md, 3.11)."""

from collections.abc import Sequence
from math import frexp

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..sign import sign
from .decisions import SiteDecisions
from .layer import Layer
from .tensor_type import TensorType, codes

PARAMETER_LIMIT = 1 << 30
ONE_MAXIMUM = 1 << 24
FRACTION_BITS_MAX = 16
EPSILON = 1e-5


class NormalizationLayer(Layer):
    """sign(gamma z^ + beta), "layer", or the sign of the normalized gamma z + beta, "inverted".

    Statistics run over the positions and channels of a group, of each input on its own, in
    training and in inference alike: that is what absorbs a drift of all sums. Inverted
    normalization with Affine Dropout (arXiv 2401.12416): gamma is 1 with one probability and
    beta 0 with another, for a whole layer and sample.

    A group of one channel in a map would let the statistics cancel gamma and beta, so a
    group has at least two channels.

    gamma, beta: [channels]; beta in units of `unit`, a power of two near what z typically is.
    """

    def __init__(
        self,
        source: int,
        kind: TensorType,
        mode: str,
        groups: int = 1,
        method: str = "none",
        probability: float | tuple[float, float] = 0.15,
    ) -> None:
        if kind.elements != "integers":
            raise ValueError(f"a normalization takes integers, not {kind.describe()}")
        if mode not in ("inverted", "layer"):
            raise ValueError(f'normalization "{mode}" is neither "inverted" nor "layer"')
        if method not in ("none", "affine") or (method == "affine" and mode != "inverted"):
            raise ValueError(f'{mode} normalization has no method "{method}"')
        if kind.channels % groups or kind.channels == groups:
            raise ValueError(
                f"{groups} groups of {kind.channels} channels: choose a divisor that leaves at "
                "least two channels in a group"
            )
        pair = (probability, probability) if isinstance(probability, int | float) else probability
        decisions = SiteDecisions(pair) if method == "affine" else None
        super().__init__([source], codes(*kind.shape, 1), decisions)
        self.kind, self.mode, self.groups = kind, mode, groups
        self.unit = 2.0 ** (frexp(kind.typical)[1] - 1)
        channels = kind.channels
        if mode == "inverted":
            self.gamma = nn.Parameter(1 + 0.3 * torch.randn(channels))
            self.beta = nn.Parameter(0.3 * torch.randn(channels))
        else:
            self.gamma = nn.Parameter(torch.ones(channels))
            self.beta = nn.Parameter(torch.zeros(channels))
        self.one = 0
        self.integers: tuple[Tensor, Tensor] | None = None
        self.exact = torch.int64

    def _groups(self, x: Tensor) -> Tensor:
        """[batch, groups, elements of a group]."""
        return x.flatten(1).unflatten(1, (self.groups, -1))

    def _states(self, state: Tensor | None, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        """Whether gamma and whether beta is dropped: 0 or 1, [batch, 1, 1, 1] each."""
        return tuple((bit > 0).to(dtype)[:, None, None, None] for bit in (state & 2, state & 1))

    def normalized(self, x: Tensor, state: Tensor | None) -> Tensor:
        """What the sign is taken of, in training: real, of unit variance or so."""
        if self.mode == "layer":
            gamma, beta, epsilon = self.gamma, self.beta, EPSILON * self.unit**2
            return functional.group_norm(x, self.groups, gamma, beta, epsilon)
        gamma, beta = self.gamma[:, None, None], self.beta[:, None, None]
        if self.decisions is not None:
            drop_gamma, drop_beta = self._states(state, x.dtype)
            gamma = gamma + (1 - gamma) * drop_gamma
            beta = beta * (1 - drop_beta)
        u = torch.addcmul(beta, x.to(beta.dtype), gamma / self.unit)
        return functional.group_norm(u, self.groups, eps=EPSILON)

    def forward(self, inputs: Sequence[Tensor], state: Tensor | None) -> Tensor:
        if not self.is_finished:
            return sign(self.normalized(inputs[0], state))
        value = (inputs[0].double() * 2.0**self.kind.fraction).to(self.exact)
        decide = self._inverted if self.mode == "inverted" else self._layer
        return decide(value, state).float() * 2 - 1

    def _inverted(self, value: Tensor, state: Tensor | None) -> Tensor:
        gamma, beta = (p[:, None, None].to(value.dtype) for p in self.integers)
        if self.decisions is not None:
            drop_gamma, drop_beta = self._states(state, value.dtype)
            gamma = gamma + (self.one - gamma) * drop_gamma
            beta = beta * (1 - drop_beta)
        u = self._groups(gamma * value + beta)
        return (u.shape[2] * u >= u.sum(2, keepdim=True)).view_as(value)

    def _layer(self, value: Tensor, state: Tensor | None) -> Tensor:
        gamma, beta = (p[:, None, None].to(value).expand_as(value[0]) for p in self.integers)
        groups = self._groups(value)
        count, total = groups.shape[2], groups.sum(2, keepdim=True)
        spread = count * groups.square().sum(2, keepdim=True) - total.square()
        root = integer_root(spread).clamp_min(1)
        gamma, beta = self._groups(gamma[None]), self._groups(beta[None])
        return (gamma * (count * groups - total) + beta * root >= 0).view_as(value)

    @torch.no_grad()
    def finish(self, bounds: Sequence[int]) -> None:
        if not bool(self.gamma.isfinite().all() and self.beta.isfinite().all()):
            raise ValueError("a gamma or beta is not finite: did the training diverge?")
        count = self.kind.positions * self.kind.channels // self.groups
        if self.mode == "layer" and count * bounds[0] >= 1 << 31:
            raise ValueError(f"{count} sums up to {bounds[0]} do not fit 31 bits: use more groups")
        for bits in range(FRACTION_BITS_MAX, -1, -1):
            gamma = (self.gamma.double() * 2.0**bits).round()
            beta_unit = 2.0**bits
            if self.mode == "inverted":
                beta_unit *= self.unit * 2.0**self.kind.fraction
            beta = (self.beta.double() * beta_unit).round()
            largest = torch.maximum(gamma.abs(), torch.tensor(2.0**bits)) * bounds[0] + beta.abs()
            fits = float(torch.maximum(gamma.abs().max(), beta.abs().max())) < PARAMETER_LIMIT
            if fits and (self.mode == "layer" or float(largest.max()) < 1 << 31):
                break
        else:
            raise ValueError("gamma and beta do not fit 31 bits: use fewer inputs")
        self.integers = gamma.to(torch.int64), beta.to(torch.int64)
        # Every step must be exact: float64 is, below 2^53, and many times as fast as int64.
        reach = count * bounds[0]
        if self.mode == "layer":
            products = (2 * float(gamma.abs().max()) + float(beta.abs().max())) * reach
            step = max(reach**2, products)
        else:
            step = count * float(largest.max())
        self.exact = torch.float64 if step < 1 << 53 else torch.int64
        self.one = 1 << bits if self.mode == "inverted" else 0
        self.bound = 1

    def extra_repr(self) -> str:
        p = None if self.decisions is None else self.decisions.probabilities
        return f"{self.sources} -> {self.output.describe()}, {self.mode}, {self.groups} groups, {p}"


def integer_root(v: Tensor) -> Tensor:
    """The largest integers whose squares are at most v; any shape, int64 below 2^62 or float64
    below 2^53."""
    root = v.double().sqrt().floor().to(v.dtype)
    root = torch.where(root * root > v, root - 1, root)
    return torch.where((root + 1) * (root + 1) <= v, root + 1, root)
