# SPDX-License-Identifier: Apache-2.0
"""What turns a network that has been trained into one that can be exported."""

from typing import TypeVar

import torch
from torch import Tensor, nn

from .graph import Graph
from .graph_finishing import finish_graph
from .network import BinaryNetwork

Network = TypeVar("Network", BinaryNetwork, Graph)


@torch.no_grad()
def reestimate_statistics(
    network: BinaryNetwork, x: Tensor, generator: torch.Generator, passes: int = 20
) -> None:
    """Replaces the running statistics of all batch normalizations by cumulative averages
    over training data under random masks.

    The exponential averages of training lag behind weights that flip sign, and a binary
    layer turns a small error of a threshold into wrong bits. Layers are estimated one
    after the other, each behind layers that are final already.

    x: [count, elements] training inputs; each of the passes draws new masks.
    """
    network.eval()
    for layer in network.hidden:
        layer.norm.reset_running_stats()
        layer.norm.momentum = None  # cumulative average
        layer.norm.train()
        for _ in range(passes):
            network(x, network.draw(len(x), generator))
        layer.norm.eval()


def finish(network: Network, x: Tensor, generator: torch.Generator) -> Network:
    """Makes the network float64, re-estimates its statistics and rounds its parameters as the
    image does. What it computes afterwards is what the image computes, bit for bit.

    x: [count, ...] training inputs. Returns the network, which is changed in place.
    """
    if isinstance(network, Graph):
        return finish_graph(network, x, generator)
    network.double()
    reestimate_statistics(network, x.double(), generator)
    network.head.snap()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d):
            module.eval()
    return network.eval()
