# SPDX-License-Identifier: Apache-2.0
"""Proves that a folded graph is the trained one: at every threshold, and on inputs."""

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from . import integer
from .draws import Draws
from .graph import Graph
from .graph_folding import fold_graph
from .integer_network import IntegerNetwork
from .layers import ConvolutionLayer
from .layers.decisions import SiteDecisions
from .thresholds import telling_sums

INPUTS = 200
GROUP = 8
"""Inputs that share the decisions of the sites."""


def random_inputs(graph: Graph, count: int, seed: int = 0) -> Tensor:
    """Uniform integers, float [count, height, width, channels]."""
    generator = torch.Generator().manual_seed(seed)
    size = (count, *graph.shape)
    return torch.randint(0, graph.maximum + 1, size, generator=generator).float()


@torch.no_grad()
def _check_units(number: int, layer: ConvolutionLayer, folded: integer.Convolution) -> int:
    """Each unit decides the same in float64 as its threshold, on both sides of it."""
    count = 0
    for state in range(folded.states):
        v = telling_sums(folded.thresholds[state], folded.bound)
        states = torch.full((len(v),), state)
        z = torch.from_numpy(v).double()[:, :, None, None]
        fires = layer.activation(z, states)[:, :, 0, 0].numpy() > 0
        expected = (v + folded.bound >= folded.thresholds[state]) ^ folded.inversions[state]
        if (fires != expected).any():
            row, unit = np.argwhere(fires != expected)[0]
            raise ValueError(
                f"layer {number}: floating point decides otherwise for unit {unit} in state "
                f"{state} at the sum {v[row, unit]}"
            )
        count += v.size
    return count


def _share_sites(draws: Draws, graph: Graph) -> tuple[Draws, int, list[np.ndarray]]:
    """Gives all samples the site states of the first one. Returns these draws, and the mask
    and the wide decisions as the integers take them."""
    states, mask, wide = {}, 0, []
    for number, layer in graph.deciding:
        state = draws.states[number]
        if isinstance(layer.decisions, SiteDecisions):
            state = state[:1].expand(len(state))
            mask = mask << len(layer.decisions.probabilities) | int(state[0])
        else:
            wide.append(state.numpy().astype(np.int64))
        states[number] = state
    return Draws(states), mask, wide


def _check_group(graph: Graph, network: IntegerNetwork, x: Tensor, draws: Draws) -> int:
    draws, mask, wide = _share_sites(draws, graph)
    ours = graph.trace(x, draws)
    theirs = network.trace(x.numpy().astype(np.int64), mask, wide or None).tensors[1:]
    for number, (a, b) in enumerate(zip(ours, theirs, strict=True), start=1):
        if a.shape != b.shape or (a.numpy() != b).any():
            place = np.argwhere(a.numpy() != b)[0].tolist() if a.shape == b.shape else "its shape"
            kind = type(graph.layers[number - 1]).__name__
            raise ValueError(
                f"layer {number}, {kind}: floating point differs from the integers at {place} "
                f"with the mask {mask:b}"
            )
    return sum(a.numel() for a in ours)


def check_graph_parity(
    graph: Graph, x: Tensor | None = None, generator: torch.Generator | None = None
) -> int:
    """Raises ValueError, with the place, unless the graph and its integers agree: each unit
    with a threshold on both sides of it, and every element of every tensor for inputs under
    random decisions.

    graph: finished. x: [count, height, width, channels], integers, at least 200 for a proof
    worth its name; uniform random ones if None. Returns the number of elements compared.
    """
    network = fold_graph(graph)
    generator = generator or torch.Generator().manual_seed(0)
    x = random_inputs(graph, INPUTS) if x is None else x.reshape(len(x), *graph.shape)
    count = 0
    for number, (layer, folded) in enumerate(
        zip(graph.layers, network.layers, strict=True), start=1
    ):
        if isinstance(layer, ConvolutionLayer) and layer.norm is not None:
            count += _check_units(number, layer, folded)
    groups = x.split(GROUP)
    for index, part in enumerate(tqdm(groups, desc="parity", unit="group", leave=False, delay=2)):
        is_first = index == 0
        batch = len(part)
        draws = graph.draw_deterministic(batch) if is_first else graph.draw(batch, generator)
        count += _check_group(graph, network, part, draws)
    return count
