# SPDX-License-Identifier: Apache-2.0
"""Real numbers to codes and odd weights, with gradients that training can use."""

import torch
from torch import Tensor

from ..sign import sign

LATENT_START = 0.1
"""Latent weights start uniform between minus and plus this: near enough to 0 that a short
training can turn them, far better than a start in all of [-1, 1]."""


class _Quantize(torch.autograd.Function):
    """s = 2 min(max(floor(y / step) + 2^(b-1), 0), 2^b - 1) - (2^b - 1): a uniform quantizer
    without a zero (mid-rise), with the clipped straight-through gradient of its slope."""

    @staticmethod
    def forward(ctx, y: Tensor, step: float, bits: int) -> Tensor:
        ctx.save_for_backward(y)
        half = 1 << (bits - 1)
        ctx.limit, ctx.slope = half * step, 2 / step
        code = (y / step).floor_().add_(half).clamp_(0, 2 * half - 1)
        return code.mul_(2).sub_(2 * half - 1)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None, None]:
        (y,) = ctx.saved_tensors
        return gradient * (y.abs() <= ctx.limit) * ctx.slope, None, None


def code_step(bits: int) -> float:
    """The step between two codes: a power of two such that all codes of b bits cover
    [-2, 2], two standard deviations of what a batch normalization puts out."""
    return 2.0 ** (2 - bits)


def quantize_codes(y: Tensor, bits: int) -> Tensor:
    """Real values to codes, held as odd integers in [-(2^b - 1), 2^b - 1]; any shape.

    One bit is the sign, with its own gradient, which is zero where abs(y) > 1."""
    return sign(y) if bits == 1 else _Quantize.apply(y, code_step(bits), bits)


def quantize_weights(latent: Tensor, bits: int) -> Tensor:
    """Latent weights in [-1, 1] to odd integers, abs at most 2^b - 1, uniformly."""
    return sign(latent) if bits == 1 else _Quantize.apply(latent, 2.0 ** (1 - bits), bits)
