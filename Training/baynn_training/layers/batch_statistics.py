# SPDX-License-Identifier: Apache-2.0
"""Batch normalization whose statistics are estimated again once training has ended."""

import torch
from torch import Tensor, nn
from torch.nn import functional

EPSILON = 1e-5


class BatchStatistics(nn.Module):
    """y = gamma (z - mean) / sqrt(var + epsilon) + beta for each channel.

    copies: how many sets of statistics there are for evaluation; a copy of SpinBayes
    weights has its own. Training normalizes a batch as a whole and tracks one set.
    affine: without it gamma is 1 and beta 0.

    mean, var: [copies, channels], or [1, channels] before `settle`. gamma, beta: [channels].
    """

    def __init__(self, channels: int, copies: int = 1, affine: bool = True) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(channels)) if affine else None
        self.beta = nn.Parameter(torch.zeros(channels)) if affine else None
        self.copies = copies
        self.register_buffer("mean", torch.zeros(1, channels))
        self.register_buffer("var", torch.ones(1, channels))
        self._sums: Tensor | None = None
        self._shift: Tensor | None = None

    def forward(self, z: Tensor, copy: Tensor | None = None) -> Tensor:
        """z: [batch, channels, height, width]; copy: int64 [batch], or None for the first."""
        if self.training:
            mean, var = self.mean[0], self.var[0]
            return functional.batch_norm(z, mean, var, self.gamma, self.beta, True, 0.1, EPSILON)
        row = slice(0, 1) if copy is None or len(self.mean) == 1 else copy
        y = (z - self.mean[row][:, :, None, None]) / self.sigma[row][:, :, None, None]
        if self.gamma is not None:
            y = y * self.gamma[:, None, None] + self.beta[:, None, None]
        return y

    @property
    def sigma(self) -> Tensor:
        """[copies, channels]."""
        return (self.var + EPSILON).sqrt()

    @torch.no_grad()
    def collect(self, z: Tensor, copy: Tensor | None = None) -> None:
        """Adds a batch to the statistics of its copies."""
        channels = z.shape[1]
        if copy is None:
            copy = torch.zeros(len(z), dtype=torch.int64)
        if self._sums is None:
            self._sums = torch.zeros(3, self.copies, channels, dtype=torch.float64)
            # About a shift near the mean: plain sums of squares would cancel.
            self._shift = z.mean((0, 2, 3)).round()
        z = z - self._shift[:, None, None]
        count = torch.full((len(z), channels), z.shape[2] * z.shape[3], dtype=torch.float64)
        self._sums[0].index_add_(0, copy, count)
        self._sums[1].index_add_(0, copy, z.sum((2, 3), dtype=torch.float64))
        self._sums[2].index_add_(0, copy, z.square().sum((2, 3), dtype=torch.float64))

    @torch.no_grad()
    def settle(self) -> None:
        """Replaces mean and var by those of everything that was collected."""
        if self._sums is None:
            raise ValueError("a batch normalization saw no data: pass training inputs to finish")
        count, total, squares = self._sums
        if not bool(count.all()):
            raise ValueError("a weight copy saw no data: pass more training inputs to finish")
        average = total / count
        self.mean = average + self._shift
        self.var = (squares / count - average.square()).clamp_min(0)
        self._sums = None
