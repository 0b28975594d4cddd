# SPDX-License-Identifier: Apache-2.0
"""A fully connected layer whose weights are signs."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from .sign import sign


class BinaryLinear(nn.Module):
    """z_j = sum_i sign(latent_ji) x_i: no scale, no bias.

    Inputs are non-negative integers (the first layer) or signs; both give sums that
    floating point holds exactly.

    latent: [outputs, inputs], real, kept in [-1, 1] by clip_latent.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.latent = nn.Parameter(torch.empty(outputs, inputs).uniform_(-1, 1))

    @property
    def inputs(self) -> int:
        return self.latent.shape[1]

    @property
    def outputs(self) -> int:
        return self.latent.shape[0]

    def forward(self, x: Tensor) -> Tensor:
        """x: [batch, inputs]; returns z: [batch, outputs]."""
        return functional.linear(x, sign(self.latent))

    @torch.no_grad()
    def clip_latent(self) -> None:
        """To be called after every step of the optimizer: beyond [-1, 1] a latent weight
        would get no gradient, and never come back."""
        self.latent.clamp_(-1, 1)

    @torch.no_grad()
    def sum_of_weights(self) -> Tensor:
        """W_j = sum_i w_ij: [outputs], integers."""
        return sign(self.latent).sum(1)
