# SPDX-License-Identifier: Apache-2.0
"""A Bayesian binary network: hidden binary layers with Scale Dropout, and a softmax head."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .binary_linear import BinaryLinear
from .class_head import ClassHead
from .scale_dropout import ScaleDropout
from .sign import sign


class HiddenLayer(nn.Module):
    """y = sign(BN(a~ z)) with z the sums of a BinaryLinear; without a~ if p is 0."""

    def __init__(self, inputs: int, outputs: int, probability: float) -> None:
        super().__init__()
        self.linear = BinaryLinear(inputs, outputs)
        self.dropout = ScaleDropout(outputs, probability) if probability else None
        self.norm = nn.BatchNorm1d(outputs)

    def activation(self, z: Tensor, drop: Tensor | None) -> Tensor:
        """z: [batch, outputs] sums; drop: bool [batch]; returns signs [batch, outputs]."""
        if self.dropout is not None:
            z = self.dropout(z, drop)
        return sign(self.norm(z))


class BinaryNetwork(nn.Module):
    """A multilayer perceptron of HiddenLayers and a ClassHead.

    shape: (height, width, channels) of an input, or a plain number of elements.
    maximum: the largest value of an input element, 1 to 255; inputs are integers.
    hidden: outputs of each hidden layer.
    drop_probability: of each hidden layer, or one for all; 0 makes a layer deterministic.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] | int,
        maximum: int,
        hidden: Sequence[int],
        classes: int,
        drop_probability: Sequence[float] | float = 0.15,
    ) -> None:
        super().__init__()
        self.shape = (1, shape, 1) if isinstance(shape, int) else tuple(shape)
        self.maximum = maximum
        if isinstance(drop_probability, int | float):
            drop_probability = [drop_probability] * len(hidden)
        if not hidden or len(drop_probability) != len(hidden):
            raise ValueError(
                f"{len(hidden)} hidden layers with {len(drop_probability)} drop probabilities"
            )
        height, width, channels = self.shape
        sizes = [height * width * channels, *hidden]
        self.hidden = nn.ModuleList(
            HiddenLayer(n, m, p)
            for n, m, p in zip(sizes, sizes[1:], drop_probability, strict=False)
        )
        self.head = ClassHead(sizes[-1], classes)

    @property
    def drop_probabilities(self) -> list[float]:
        """p of each site, that is of each hidden layer with Scale Dropout."""
        return [layer.dropout.probability for layer in self.hidden if layer.dropout is not None]

    def draw(self, batch: int, generator: torch.Generator | None = None) -> Tensor:
        """Draws the random bits of a batch: bool [batch, sites], true = drop."""
        probabilities = torch.tensor(self.drop_probabilities)
        return torch.rand(batch, len(probabilities), generator=generator) < probabilities

    def trace(self, x: Tensor, drops: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Returns the logits, and the sums z of every layer, head included.

        x: [batch, elements], values 0 to maximum.
        drops: bool [batch, sites].
        """
        sums = []
        columns = iter(drops.unbind(1))
        for layer in self.hidden:
            sums.append(layer.linear(x))
            drop = next(columns) if layer.dropout is not None else None
            x = layer.activation(sums[-1], drop)
        sums.append(self.head.linear(x))
        return self.head.logits(sums[-1]), sums

    def forward(self, x: Tensor, drops: Tensor | None = None) -> Tensor:
        """Returns logits [batch, classes].

        drops: bool [batch, sites], or [sites] for the whole batch; drawn if None.
        """
        if drops is None:
            drops = self.draw(len(x))
        return self.trace(x, drops.expand(len(x), len(self.drop_probabilities)))[0]

    def clip_latent(self) -> None:
        """To be called after every step of the optimizer."""
        for module in self.modules():
            if isinstance(module, BinaryLinear):
                module.clip_latent()
