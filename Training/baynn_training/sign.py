# SPDX-License-Identifier: Apache-2.0
"""The sign function of binary networks, with a gradient that training can use."""

import torch
from torch import Tensor

_BEYOND_ONE = 1 + 2.0**-23
"""The single-precision number after 1: hardtanh passes nothing on at its limits."""


class _Sign(torch.autograd.Function):
    """sign(x) with the clipped straight-through gradient (Hubara et al. 2016, eq. 4)."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        # Not torch.sign, for which sign(0) = 0: an integer sum can be 0.
        return (x >= 0).to(x.dtype).mul_(2).sub_(1)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        # One pass over memory, where a comparison and a product take four.
        return torch.ops.aten.hardtanh_backward(gradient, x, -_BEYOND_ONE, _BEYOND_ONE)


def sign(x: Tensor) -> Tensor:
    """Returns +1 where x >= 0 and -1 elsewhere; any shape.

    The gradient is passed on unchanged where abs(x) <= 1 and is zero elsewhere.
    """
    return _Sign.apply(x)
