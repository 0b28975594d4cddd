# SPDX-License-Identifier: Apache-2.0
"""Faults of one device: weights that are flipped, and sums that are off.

All draws belong to the device, not to a pass: they are the same for every input.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor

from ..graph import Graph
from ..layers import ConvolutionLayer

KINDS = ("flips", "multiplicative", "additive", "drift")


@dataclass(frozen=True)
class Perturbation:
    """kind: "flips": each binary weight has its sign changed with probability `level`.
    "multiplicative": sums of a channel are multiplied by 1 + level N(0, 1).
    "additive": level N(0, 1) is added, in units of sqrt(n) times the root mean square of the
    layer's inputs: 1 for signs, so that the unit is what a sum of n random signs varies by.
    "drift": the same, but one offset for all channels of a layer.

    Sums are read out as integers: a sum that is off is rounded. All layers with binary
    weights are struck, the head's too.
    """

    kind: str
    level: float

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no fault '{self.kind}': choose one of {', '.join(KINDS)}")
        if self.level < 0 or (self.kind == "flips" and self.level > 1):
            raise ValueError(f"a level of {self.level} is no probability or standard deviation")


def flip(weights: Tensor, rate: float, generator: torch.Generator) -> Tensor:
    """weights: any shape, +1 and -1. Returns them with about this share of signs changed."""
    flipped = torch.rand(weights.shape, generator=generator) < rate
    return torch.where(flipped, -weights, weights)


def vary(z: Tensor, factor: Tensor, offset: Tensor) -> Tensor:
    """z: [batch, channels, height, width], integers; factor, offset: [channels]. Rounded."""
    return (z * factor[:, None, None] + offset[:, None, None]).round()


def input_scales(graph: Graph, x: Tensor) -> dict[int, float]:
    """The root mean square of what each convolution takes, by its place in `graph.layers`:
    of the picture over inputs x [count, ...]; 1 for signs."""
    scales = {}
    for place, layer in enumerate(graph.layers):
        if isinstance(layer, ConvolutionLayer):
            is_input = layer.kind.elements == "input"
            values = 2 * x.double() - graph.maximum if graph.signed_input else x.double()
            scales[place] = values.square().mean().sqrt().item() if is_input else 1.0
    return scales


def _vary_sums(
    layer: ConvolutionLayer, kind: str, deviation: float, generator: torch.Generator
) -> None:
    """Replaces the layer's sums by those of one device. deviation: in their unit."""
    channels = layer.output.channels
    count = 1 if kind == "drift" else channels
    noise = (deviation * torch.randn(count, generator=generator)).expand(channels)
    zeros = torch.zeros(channels)
    factor, offset = (1 + noise, zeros) if kind == "multiplicative" else (1 + zeros, noise)
    exact = layer.sums

    def sums(x: Tensor, state: Tensor | None) -> Tensor:
        return vary(exact(x, state), factor, offset)

    layer.sums = sums


@contextmanager
def perturbed(
    graph: Graph, fault: Perturbation, scales: dict[int, float], seed: int
) -> Iterator[Graph]:
    """The finished graph as it computes on one faulty device, number `seed`; it is whole again
    afterwards. scales: of input_scales."""
    if not graph.is_finished:
        raise ValueError("the graph is not finished: call finish(graph, x, generator)")
    generator = torch.Generator().manual_seed(seed)
    intact = {place: graph.layers[place].fixed for place in scales}
    try:
        for place, scale in scales.items():
            layer = graph.layers[place]
            if fault.kind == "flips":
                layer.fixed = flip(layer.fixed, fault.level, generator)
                continue
            unit = 1.0
            if fault.kind in ("additive", "drift"):
                unit = sqrt(layer.window.taps * layer.kind.channels) * scale
            _vary_sums(layer, fault.kind, fault.level * unit, generator)
        yield graph
    finally:
        for place, weights in intact.items():
            graph.layers[place].fixed = weights
            vars(graph.layers[place]).pop("sums", None)
