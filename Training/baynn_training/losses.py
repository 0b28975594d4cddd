# SPDX-License-Identifier: Apache-2.0
"""What a training minimizes, for each kind of head: nats per sample."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

IGNORE = 255
"""Label of positions that count for nothing."""


@dataclass(frozen=True)
class Classification:
    """Cross entropy. label_smoothing: 0 to 1. class_weights: one for each class, or None."""

    label_smoothing: float = 0.0
    class_weights: tuple[float, ...] | None = None

    def __call__(self, network: nn.Module, logits: Tensor, y: Tensor) -> Tensor:
        """logits: [batch, classes]; y: int64 [batch]. With several positions
        [batch, height, width, classes] and [batch, height, width]; 255 is ignored there."""
        weights = None if self.class_weights is None else torch.tensor(self.class_weights)
        if logits.dim() == 2:
            return functional.cross_entropy(
                logits, y, weights, label_smoothing=self.label_smoothing
            )
        return functional.cross_entropy(
            logits.flatten(0, 2),
            y.flatten().long(),
            weights,
            ignore_index=IGNORE,
            label_smoothing=self.label_smoothing,
        )


@dataclass(frozen=True)
class Regression:
    """Gaussian negative log-likelihood with the learned noise of the network."""

    def __call__(self, network: nn.Module, values: Tensor, y: Tensor) -> Tensor:
        """values, y: [batch, outputs], in the unit of the targets. The result is that of
        targets in units of their spread, so that a loss is about 1 or less."""
        error = (y - values) / network.noise
        return (0.5 * error.square() + network.log_noise).mean()


Loss = Classification | Regression


def complexity(network: nn.Module, samples: int) -> Tensor | float:
    """Terms of the loss that do not depend on data: the divergence of the posterior from the
    prior, which with the likelihood makes the evidence lower bound, and the pull of scales.

    samples: size of the training set. 0 for a network that has none of them."""
    if not hasattr(network, "kl"):
        return 0.0
    return network.kl() / samples + network.regularizer()
