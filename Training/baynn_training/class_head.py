# SPDX-License-Identifier: Apache-2.0
"""The last layer: binary weights, then a real scale and bias for each class."""

import torch
from torch import Tensor, nn

from .binary_linear import BinaryLinear

LOGIT_FRACTION_BITS = 20
"""Logits are Q11.20 in the image."""


class ClassHead(nn.Module):
    """logit_k = scale_k z_k + bias_k with z_k = sum_i w_ik s_i.

    scale, bias: [classes], in nats per unit of z and in nats.
    """

    def __init__(self, inputs: int, classes: int) -> None:
        super().__init__()
        self.linear = BinaryLinear(inputs, classes)
        # So that logits start with unit variance.
        self.scale = nn.Parameter(torch.full((classes,), inputs**-0.5))
        self.bias = nn.Parameter(torch.zeros(classes))

    def logits(self, z: Tensor) -> Tensor:
        """z: [batch, classes], the sums of self.linear; returns [batch, classes]."""
        return z * self.scale + self.bias

    @torch.no_grad()
    def snap(self) -> None:
        """Rounds scale and bias to multiples of 2^-20, so that the integer logits of the
        image are those of this network exactly, ties included."""
        unit = 2.0**-LOGIT_FRACTION_BITS
        for parameter in (self.scale, self.bias):
            parameter.copy_((parameter.double() / unit).round() * unit)
