# SPDX-License-Identifier: Apache-2.0
"""The exact posterior predictive of a finished network, in float64."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .graph import Graph
from .graph_predictive import GraphPredictive, predict_graph
from .leaf_tensors import all_drops, all_masses
from .network import BinaryNetwork

MEASURES = ("entropy", "mutual_information")


@dataclass(frozen=True)
class Predictive:
    """leaf_probabilities: [leaves, count, classes], masks ascending; masses: [leaves]."""

    leaf_probabilities: Tensor
    masses: Tensor

    @property
    def probabilities(self) -> Tensor:
        """p = sum over leaves of mass p_leaf: [count, classes]."""
        return torch.einsum("l,lnc->nc", self.masses, self.leaf_probabilities)

    @property
    def entropy(self) -> Tensor:
        """H(p) in nats: [count]."""
        return _entropy(self.probabilities)

    @property
    def mutual_information(self) -> Tensor:
        """H(p) minus the expected entropy of a leaf, in nats: [count]."""
        expected = torch.einsum("l,ln->n", self.masses, _entropy(self.leaf_probabilities))
        return (self.entropy - expected).clamp_min(0)


def _entropy(p: Tensor) -> Tensor:
    return torch.special.entr(p).sum(-1)


@torch.no_grad()
def predict(
    network: BinaryNetwork | Graph,
    x: Tensor,
    passes: int | None = None,
    generator: torch.Generator | None = None,
) -> Predictive | GraphPredictive:
    """x: [count, ...]; the network is finished, or a graph is in evaluation.

    passes, generator: of a graph, see predict_graph."""
    if isinstance(network, Graph):
        return predict_graph(network, x, passes, generator)
    probabilities = network.drop_probabilities
    logits = [network(x.double(), drops) for drops in all_drops(len(probabilities))]
    return Predictive(torch.stack(logits).softmax(-1), all_masses(probabilities))
