# SPDX-License-Identifier: Apache-2.0
"""Proves that a folded network is the trained one."""

import torch
from torch import Tensor

from .folding import fold
from .graph import Graph
from .graph_parity import check_graph_parity
from .integer_network import DenseLayer
from .network import BinaryNetwork, HiddenLayer
from .thresholds import telling_sums


@torch.no_grad()
def first_difference(
    layer: HiddenLayer, folded: DenseLayer, is_first: bool, state: int, v: Tensor
) -> str | None:
    """Compares the decisions of a layer in float64 with those of its integers.

    v: int64 [count, outputs], sums over inputs or bits. Returns what differs, or None.
    """
    z = v.double() if is_first else 2.0 * v - layer.linear.sum_of_weights()
    signs = layer.activation(z, torch.full((len(z),), state == 1))
    bits = torch.from_numpy(folded.outputs(v.numpy(), state))
    wrong = ((signs > 0) != (bits > 0)).nonzero()
    if not len(wrong):
        return None
    row, unit = wrong[0].tolist()
    return f"unit {unit} in state {state} at the sum {v[row, unit].item()}"


def check_parity(network: BinaryNetwork | Graph, x: Tensor | None = None) -> int:
    """Raises ValueError unless each hidden unit fires for the same sums in float64 PyTorch
    as in integers. Then all bits and sums of all inputs are equal, layer by layer.

    network: finished. x: inputs of a graph, see check_graph_parity.
    Returns the number of decisions compared.
    """
    if isinstance(network, Graph):
        return check_graph_parity(network, x)
    count = 0
    for i, (layer, folded) in enumerate(zip(network.hidden, fold(network).layers, strict=True)):
        for state in range(len(folded.thresholds)):
            v = torch.from_numpy(telling_sums(folded.thresholds[state], folded.bound))
            difference = first_difference(layer, folded, i == 0, state, v)
            if difference is not None:
                raise ValueError(f"layer {i}: floating point decides otherwise for {difference}")
            count += v.numel()
    return count
