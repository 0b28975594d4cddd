# SPDX-License-Identifier: Apache-2.0
"""What turns a graph that has been trained into one that can be exported."""

import torch
from torch import Tensor
from tqdm import tqdm

from .graph import Graph
from .layers import Layer

SAMPLES_MAX = 8192
"""Evaluations that statistics are estimated from; those of a map count each position."""

ELEMENTS_MAX = 1 << 27
"""Of the largest tensor, over all samples: they are held while layers are finished."""

BATCH = 256


def _samples(graph: Graph, x: Tensor, passes: int, generator: torch.Generator) -> Tensor:
    """Training inputs drawn without repetition, `passes` times each."""
    largest = max(kind.positions * kind.channels for kind in graph.types)
    count = max(min(SAMPLES_MAX, ELEMENTS_MAX // largest) // passes, 1)
    return x[torch.randperm(len(x), generator=generator)[:count]].repeat(
        passes, *[1] * (x.dim() - 1)
    )


def _draw(layer: Layer, count: int, generator: torch.Generator) -> Tensor | None:
    return None if layer.decisions is None else layer.decisions.draw(count, generator)


def _load(value: Tensor) -> Tensor:
    """Codes, which are held in one or two bytes, as numbers to compute with."""
    return value if value.is_floating_point() else value.float()


def _advance(graph: Graph, batch: dict[int, Tensor], number: int, state: Tensor | None) -> None:
    """Adds the tensor of a layer to those of a batch."""
    layer, kind = graph.layers[number - 1], graph.types[number]
    value = layer([_load(batch[source]) for source in layer.sources], state)
    if kind.elements == "codes":
        value = value.to(torch.int8 if kind.bits < 8 else torch.int16)
    batch[number] = value


@torch.no_grad()
def finish_graph(graph: Graph, x: Tensor, generator: torch.Generator, passes: int = 2) -> Graph:
    """Makes the graph float64, estimates the statistics of all batch normalizations again
    from training data under random decisions, and rounds every parameter as the image does.

    Layers are finished one after the other, each behind layers that are final already: the
    exponential averages of training lag behind weights that flip sign, and a binary layer
    turns a small error of a threshold into wrong bits.

    x: [count, height, width, channels] training inputs, of which at most 8192 / passes are
    drawn. Returns the graph, which is changed in place.
    """
    if graph.head is None:
        raise ValueError("the graph has no head: call classify, classify_sum or regress")
    if any(layer.is_finished for layer in graph.layers):
        raise ValueError("the graph is finished already")
    graph.double().eval()
    last_use = graph.last_uses()
    samples = _samples(graph, x, passes, generator)
    batches = [{0: graph.planes(part)} for part in samples.split(BATCH)]
    needing = [n for n, layer in enumerate(graph.layers, start=1) if layer.needs_statistics]
    last_statistics = max(needing, default=0)
    bounds = [graph.maximum]
    for number, layer in enumerate(
        tqdm(graph.layers, desc="finishing", unit="layer", leave=False), start=1
    ):
        layer.prepare(generator)
        states = [_draw(layer, len(batch[0]), generator) for batch in batches]
        if layer.needs_statistics:
            for batch, state in zip(batches, states, strict=True):
                layer.collect([_load(batch[source]) for source in layer.sources], state)
            layer.settle()
        layer.finish([bounds[source] for source in layer.sources])
        bounds.append(layer.bound)
        if number >= last_statistics:
            continue
        for batch, state in zip(batches, states, strict=True):
            _advance(graph, batch, number, state)
            for old in [n for n in batch if n and last_use.get(n, 0) <= number]:
                del batch[old]
    return graph
