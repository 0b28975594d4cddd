# SPDX-License-Identifier: Apache-2.0
"""A multiplication and an addition for each channel, in fixed point (SPEC.md, 3.10)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from .batch_statistics import BatchStatistics
from .decisions import GAUSSIAN_MAXIMUM_Q16, GaussianDecisions, SiteDecisions
from .layer import Layer
from .quantizers import quantize_codes
from .tensor_type import TensorType, codes

INTEGER_LIMIT = 1 << 31
REAL_FRACTION_BITS = 16
LOGIT_FRACTION_BITS = 20
SHIFT_MAX = 30
ONE_Q16 = 1 << 16


class AffineLayer(Layer):
    """y = multiplier value + offset; the result is real, or a code.

    Subclasses say what the multipliers and offsets are in training. `finish` rounds them to
    the finest fixed point that cannot overflow; a finished layer then computes with the
    rounded ones, and rounds down where the image does.

    bits: 0 for multiples of 2^-fraction, else those of the code.
    multiplier, offset: float64 [states, channels], integers, after `finish`: y has
    `fraction + shift` fraction bits.
    """

    def __init__(
        self,
        source: int,
        kind: TensorType,
        bits: int = 0,
        fraction: int = REAL_FRACTION_BITS,
        decisions: SiteDecisions | GaussianDecisions | None = None,
    ) -> None:
        height, width, channels = kind.shape
        if bits:
            output = codes(height, width, channels, bits)
        else:
            output = TensorType(height, width, channels, "integers", fraction=fraction)
        super().__init__([source], output, decisions)
        self.kind, self.bits = kind, bits
        # A code is floor(y / step): log2 of 1 / step; of a sign any will do.
        self.grain = max(bits - 2, 0) if bits else fraction
        self.shift = 0
        self.multiplier: Tensor | None = None
        self.offset: Tensor | None = None

    def real_parameters(self) -> tuple[Tensor, Tensor]:
        """Multipliers and offsets, float64 [states, channels] each."""
        raise NotImplementedError

    def training_value(self, x: Tensor, state: Tensor | None) -> Tensor:
        raise NotImplementedError

    def forward(self, inputs: Sequence[Tensor], state: Tensor | None) -> Tensor:
        if not self.is_finished:
            y = self.training_value(inputs[0], state)
            return quantize_codes(y, self.bits) if self.bits else y
        y = torch.floor(self.fixed_point(inputs[0], state) * 2.0**-self.shift)
        if not self.bits:
            return y * 2.0**-self.output.fraction
        half = 1 << (self.bits - 1)
        return (2 * (y + half).clamp(0, 2 * half - 1) - (2 * half - 1)).float()

    def fixed_point(self, x: Tensor, state: Tensor | None) -> Tensor:
        """y as the integer that the image computes, exact in float64; before the shift."""
        row = torch.zeros(len(x), dtype=torch.int64)
        if isinstance(self.decisions, SiteDecisions):
            row = state
        value = x.double() * 2.0**self.kind.fraction
        return value * self.multiplier[row][:, :, None, None] + self.offset[row][:, :, None, None]

    def round(self, unit: float, half: float, bound: int) -> int:
        """Rounds all parameters to multiples of 1 / unit, and adds `half` of them at the end.

        Returns the largest absolute value of an intermediate result, as SPEC.md bounds it."""
        multiplier, offset = self.real_parameters()
        self.multiplier = (multiplier * (unit * 2.0**-self.kind.fraction)).round()
        self.offset = (offset * unit).round() + half
        return int((self.multiplier.abs() * bound + self.offset.abs()).max())

    def _parameters_max(self) -> float:
        return float(torch.stack([self.multiplier.abs().max(), self.offset.abs().max()]).max())

    @torch.no_grad()
    def finish(self, bounds: Sequence[int]) -> None:
        if not all(bool(p.isfinite().all()) for p in self.real_parameters()):
            raise ValueError("a multiplier or offset is not finite: did the training diverge?")
        for shift in range(SHIFT_MAX, -1, -1):
            # Half a unit makes the floor of the image round to nearest; a code is a floor.
            half = 0.0 if self.bits or not shift else 2.0 ** (shift - 1)
            largest = self.round(2.0 ** (self.grain + shift), half, bounds[0])
            if largest < INTEGER_LIMIT and self._parameters_max() < INTEGER_LIMIT:
                break
        else:
            raise ValueError(
                f"values up to 2^{largest.bit_length()} do not fit 31 bits: use fewer inputs, "
                "smaller scales, or a smaller sum pool before this layer"
            )
        self.shift = shift
        self.bound = (1 << self.bits) - 1 if self.bits else (largest >> shift) + 1

    def extra_repr(self) -> str:
        kind = type(self.decisions).__name__ if self.decisions else "deterministic"
        return f"{self.sources} -> {self.output.describe()} of {self.bits} bits, {kind}"


class NormAffine(AffineLayer):
    """Batch normalization as a fixed-point affine, with Scale Dropout if there is a
    probability: gamma (a value - mean) / sigma + beta, a = 1 in the drop state."""

    def __init__(
        self, source: int, kind: TensorType, bits: int = 0, probability: float | None = None
    ) -> None:
        decisions = None if probability is None else SiteDecisions([probability])
        super().__init__(source, kind, bits, decisions=decisions)
        self.norm = BatchStatistics(kind.channels)
        has_scale = probability is not None
        self.scale = nn.Parameter(1 + 0.1 * torch.randn(kind.channels)) if has_scale else None

    def _scaled(self, x: Tensor, state: Tensor | None) -> Tensor:
        if self.scale is None:
            return x
        dropped = state.to(self.scale.dtype)[:, None]
        return x * ((1 - dropped) * self.scale + dropped)[:, :, None, None]

    def training_value(self, x: Tensor, state: Tensor | None) -> Tensor:
        return self.norm(self._scaled(x, state))

    def real_parameters(self) -> tuple[Tensor, Tensor]:
        slope = self.norm.gamma.double() / self.norm.sigma[0].double()
        offset = self.norm.beta.double() - slope * self.norm.mean[0].double()
        if self.scale is None:
            return slope[None], offset[None]
        return torch.stack([slope * self.scale.double(), slope]), torch.stack([offset, offset])

    @property
    def needs_statistics(self) -> bool:
        return True

    def settle(self) -> None:
        self.norm.settle()

    def collect(self, inputs: Sequence[Tensor], state: Tensor | None) -> None:
        self.norm.collect(self._scaled(inputs[0], state))

    def regularizer(self) -> Tensor | float:
        return 0.0 if self.scale is None else 1e-3 * (1 - self.scale.mean()).square()


class GaussianAffine(AffineLayer):
    """Sub-set parameter inference (arXiv 2401.06195): only the scales are Bayesian.

        y = a BN(value) + bias,    a ~ N(mu, s^2) for each channel of each sample

    The posterior is trained with the evidence lower bound; the prior of a is N(1, 0.3^2).
    s is kept positive by a softplus.
    """

    PRIOR_DEVIATION = 0.3

    def __init__(self, source: int, kind: TensorType, bits: int = 0) -> None:
        super().__init__(source, kind, bits, decisions=GaussianDecisions(kind.channels))
        self.norm = BatchStatistics(kind.channels, affine=False)
        self.mu = nn.Parameter(torch.ones(kind.channels))
        self.raw_deviation = nn.Parameter(torch.full((kind.channels,), -2.25))  # s = 0.1
        self.bias = nn.Parameter(torch.zeros(kind.channels))
        self.mu_q16: Tensor | None = None
        self.sigma_q16: Tensor | None = None
        self.bias_integer: Tensor | None = None

    @property
    def deviation(self) -> Tensor:
        return functional.softplus(self.raw_deviation)

    def training_value(self, x: Tensor, state: Tensor | None) -> Tensor:
        scale = self.mu + self.deviation * (state.to(x.dtype) / ONE_Q16)
        return self.norm(x) * scale[:, :, None, None] + self.bias[:, None, None]

    def real_parameters(self) -> tuple[Tensor, Tensor]:
        slope = 1 / self.norm.sigma[0].double()
        return slope[None], (-slope * self.norm.mean[0].double())[None]

    def round(self, unit: float, half: float, bound: int) -> int:
        plain = super().round(unit, 0.0, bound)
        self.mu_q16 = (self.mu.double() * ONE_Q16).round()
        self.sigma_q16 = (self.deviation.double() * ONE_Q16).round()
        self.bias_integer = (self.bias.double() * unit).round() + half
        scale = self.mu_q16.abs() + torch.floor(self.sigma_q16 * GAUSSIAN_MAXIMUM_Q16 / ONE_Q16) + 1
        # Python integers: the product may pass 2^53.
        scaled = [int(a) * plain >> 16 for a in scale.tolist()]
        largest = max(y + 1 + int(b) for y, b in zip(scaled, self.bias_integer.abs(), strict=True))
        return max(plain, largest)

    def fixed_point(self, x: Tensor, state: Tensor | None) -> Tensor:
        y = super().fixed_point(x, state)
        scale = self.mu_q16 + torch.floor(self.sigma_q16 * state.double() / ONE_Q16)
        scaled = torch.floor(y * scale[:, :, None, None] / ONE_Q16)
        return scaled + self.bias_integer[:, None, None]

    @property
    def needs_statistics(self) -> bool:
        return True

    def settle(self) -> None:
        self.norm.settle()

    def collect(self, inputs: Sequence[Tensor], state: Tensor | None) -> None:
        self.norm.collect(inputs[0])

    def kl(self) -> Tensor:
        s, prior = self.deviation, self.PRIOR_DEVIATION
        distance = (s.square() + (self.mu - 1).square()) / (2 * prior**2)
        return (torch.log(prior / s) + distance - 0.5).sum()


class Requantize(AffineLayer):
    """Real values to codes: multiplier 1, offset 0."""

    def training_value(self, x: Tensor, state: Tensor | None) -> Tensor:
        return x

    def real_parameters(self) -> tuple[Tensor, Tensor]:
        ones = torch.ones(1, self.kind.channels, dtype=torch.float64)
        return ones, torch.zeros_like(ones)


class Rescale(AffineLayer):
    """The real scale and bias of each output of a head.

        y = center + spread (scale unit value + bias)

    unit: the inverse of what a value typically is. So scales are of the order of 1, and Adam,
    which takes steps of one size for all, can train them.
    center, spread: [channels], fixed; of regression targets, in their unit.
    """

    def __init__(
        self,
        source: int,
        kind: TensorType,
        fraction: int,
        center: Tensor | None = None,
        spread: Tensor | None = None,
    ) -> None:
        super().__init__(source, kind, fraction=fraction)
        channels = kind.channels
        self.unit = 1 / kind.typical
        self.scale = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("center", torch.zeros(channels) if center is None else center)
        self.register_buffer("spread", torch.ones(channels) if spread is None else spread)

    def training_value(self, x: Tensor, state: Tensor | None) -> Tensor:
        y = x * (self.scale * self.unit)[:, None, None] + self.bias[:, None, None]
        return self.center[:, None, None] + self.spread[:, None, None] * y

    def real_parameters(self) -> tuple[Tensor, Tensor]:
        spread = self.spread.double()
        offset = self.center.double() + spread * self.bias.double()
        return (spread * self.scale.double() * self.unit)[None], offset[None]

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, unit {self.unit:.6g}"
