# SPDX-License-Identifier: Apache-2.0
"""A Bayesian binary network as a graph of layers, with its heads."""

import torch
from torch import Tensor, nn

from .draws import Draws
from .graph_builder import GraphBuilder, Head
from .layers import ConvolutionLayer, Layer, LSTMLayer, TensorType
from .layers.decisions import SiteDecisions


class Graph(GraphBuilder, nn.Module):
    """Tensors, numbered from 0, the input; layer number k, from 1 on, makes tensor k. They
    are those of the image (SPEC.md, section 1), one for one.

    shape: (height, width, channels) of an input; data in one dimension has height 1.
    maximum: the largest value of an input element, 1 to 255; inputs are integers.
    signed_input: convolutions see 2 x - maximum instead of x.

    Methods of GraphBuilder add layers; each returns the number of its tensor. A head comes
    last. Then `graph(x)` gives logits or values.
    """

    def __init__(
        self, shape: tuple[int, int, int], maximum: int = 255, signed_input: bool = False
    ) -> None:
        super().__init__()
        if len(shape) != 3 or min(shape) < 1:
            raise ValueError(f"shape {shape} is not (height, width, channels)")
        if not 1 <= maximum <= 255:
            raise ValueError(f"the maximum {maximum} of an input is not in 1 ... 255")
        self.shape = tuple(shape)
        self.maximum = maximum
        self.signed_input = signed_input
        self.types = [TensorType(*shape, "input", maximum, typical=maximum / 2)]
        self.layers = nn.ModuleList()
        self.head: Head | None = None
        self.log_noise: nn.Parameter | None = None
        self.spread: Tensor | None = None

    @property
    def input(self) -> int:
        return 0

    @property
    def is_finished(self) -> bool:
        return self.head is not None and all(layer.is_finished for layer in self.layers)

    @property
    def deciding(self) -> list[tuple[int, Layer]]:
        """Layers that draw, with the numbers of their tensors."""
        numbered = enumerate(self.layers, start=1)
        return [(number, layer) for number, layer in numbered if layer.decisions is not None]

    @property
    def drop_probabilities(self) -> list[float]:
        """p of each site, in the order of the image."""
        layers = [layer for _, layer in self.deciding]
        sites = [d.decisions for d in layers if isinstance(d.decisions, SiteDecisions)]
        return [p for site in sites for p in site.probabilities]

    @property
    def is_wide(self) -> bool:
        """Whether a layer decides too much to enumerate."""
        return any(not isinstance(layer.decisions, SiteDecisions) for _, layer in self.deciding)

    def draw(self, batch: int, generator: torch.Generator | None = None) -> Draws:
        """Draws the decisions of a batch, independent for each sample. In training it also
        draws new weight copies of SpinBayes layers."""
        for layer in self.layers:
            layer.resample(generator)
        return Draws({n: layer.decisions.draw(batch, generator) for n, layer in self.deciding})

    def draw_deterministic(self, batch: int) -> Draws:
        """Nothing is dropped, Gaussians are 0, and the first weight copy is taken."""
        return Draws({n: layer.decisions.deterministic(batch) for n, layer in self.deciding})

    def planes(self, x: Tensor) -> Tensor:
        """Inputs [batch, height, width, channels], or [batch, elements] in the same order, as
        tensor 0: float [batch, channels, height, width], channels innermost in memory."""
        if x.shape[1:].numel() != torch.Size(self.shape).numel():
            raise ValueError(f"inputs of shape {tuple(x.shape[1:])} are not {self.shape}")
        return x.reshape(len(x), *self.shape).float().permute(0, 3, 1, 2)

    def evaluate(self, tensors: dict[int, Tensor], number: int, draws: Draws) -> Tensor:
        """The tensor of a layer, from those before it."""
        layer = self.layers[number - 1]
        inputs = [tensors[source] for source in layer.sources]
        return layer(inputs, draws.states.get(number))

    def tensors(self, x: Tensor, draws: Draws, stop: int | None = None) -> dict[int, Tensor]:
        """All tensors in [batch, channels, height, width], up to number `stop`."""
        tensors = {0: self.planes(x)}
        for number in range(1, len(self.layers) + 1 if stop is None else stop + 1):
            tensors[number] = self.evaluate(tensors, number, draws)
        return tensors

    def result(self, last: Tensor) -> Tensor:
        """The last tensor as what the head says: logits [batch, classes], with several
        positions [batch, height, width, classes], or values [batch, outputs]."""
        if self.head is None:
            raise ValueError("the graph has no head: call classify, classify_sum or regress")
        last = last.permute(0, 2, 3, 1)
        if self.head.kind == "regression" or last.shape[1:3] == (1, 1):
            return last.flatten(1)
        return last

    def forward(self, x: Tensor, draws: Draws | None = None) -> Tensor:
        """x: [batch, height, width, channels], values 0 to maximum. draws: drawn if None.

        Returns logits in nats or values in the unit of the targets; see `result`."""
        draws = self.draw(len(x)) if draws is None else draws
        last_use = self.last_uses()
        tensors = {0: self.planes(x)}
        for number in range(1, len(self.layers) + 1):
            tensors[number] = self.evaluate(tensors, number, draws)
            for old in [n for n in tensors if last_use.get(n, 0) <= number and n != number]:
                del tensors[old]
        return self.result(tensors[len(self.layers)])

    def last_uses(self) -> dict[int, int]:
        """The number of the last layer that takes a tensor, by that of the tensor."""
        return {s: k for k, layer in enumerate(self.layers, start=1) for s in layer.sources}

    @torch.no_grad()
    def trace(self, x: Tensor, draws: Draws) -> list[Tensor]:
        """Every tensor from 1 on as the image holds it: int64 [batch, height, width, channels],
        codes 0 to maximum or integers. Only exact once the graph is finished."""
        tensors = self.tensors(x, draws)
        held = []
        for number in range(1, len(tensors)):
            value, kind = tensors[number].double(), self.types[number]
            is_codes = kind.elements == "codes"
            integer = (value + kind.maximum) / 2 if is_codes else value * 2.0**kind.fraction
            held.append(integer.round().to(torch.int64).permute(0, 2, 3, 1))
        return held

    @property
    def noise(self) -> Tensor:
        """Learned standard deviation of the targets around the values: [outputs]."""
        return self.spread * self.log_noise.exp()

    def kl(self) -> Tensor:
        """Divergence of the posterior from the prior in nats, of layers that learn both. The
        loss of a sample gets it divided by the number of training samples."""
        return sum((layer.kl() for layer in self.layers), torch.zeros(()))

    def regularizer(self) -> Tensor:
        """Pulls the mean scale of a layer to 1, gently."""
        return sum((layer.regularizer() for layer in self.layers), torch.zeros(()))

    def clip_latent(self) -> None:
        """To be called after every step of the optimizer."""
        for layer in self.layers:
            if isinstance(layer, ConvolutionLayer | LSTMLayer):
                layer.clip_latent()

    def extra_repr(self) -> str:
        return f"shape={self.shape}, maximum={self.maximum}, head={self.head}"
