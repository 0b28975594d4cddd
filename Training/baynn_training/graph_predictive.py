# SPDX-License-Identifier: Apache-2.0
"""The posterior predictive of a graph: exact where leaves can be counted, else sampled."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from tqdm import tqdm

from .graph import Graph
from .layers.decisions import SiteDecisions
from .leaves import ONE_Q31, quantize_probability

EXACT_SITES_MAX = 10
PASSES = 20
BATCH = 250


@dataclass(frozen=True)
class GraphPredictive:
    """Of classification: probabilities [count, classes], entropy and mutual_information
    [count], in nats; with several positions [count, height, width, ...].

    Of regression: means and deviations [count, outputs] in the unit of the targets; a
    deviation holds the spread between leaves and the learned noise.

    Fields of the other kind are None.
    """

    probabilities: Tensor | None = None
    entropy: Tensor | None = None
    mutual_information: Tensor | None = None
    means: Tensor | None = None
    deviations: Tensor | None = None


def _entropy(p: Tensor) -> Tensor:
    return torch.special.entr(p).sum(-1)


def _state_masses(decisions: SiteDecisions, mass: int) -> list[int]:
    """Masses of all states, split from that of what came before as the runtime does it."""
    masses = [mass]
    for p in decisions.probabilities:
        drops = [m * quantize_probability(p) >> 16 for m in masses]
        masses = [part for m, d in zip(masses, drops, strict=True) for part in (m - d, d)]
    return masses


def _leaves(graph: Graph, tensors: dict[int, Tensor], number: int, mass: int) -> Iterator:
    """Evaluates the tree of all leaves, depth first, so that leaves share what comes before
    their first difference. Yields (mass, result)."""
    if number > len(graph.layers):
        yield mass / ONE_Q31, graph.result(tensors[number - 1])
        return
    layer = graph.layers[number - 1]
    masses = [mass] if layer.decisions is None else _state_masses(layer.decisions, mass)
    inputs = [tensors[source] for source in layer.sources]
    for part, value in zip(masses, layer.branches(inputs), strict=True):
        if part:
            yield from _leaves(graph, {**tensors, number: value}, number + 1, part)


def _results(
    graph: Graph, x: Tensor, passes: int | None, generator: torch.Generator | None
) -> Iterator[tuple[float, Tensor]]:
    """Weights, which sum to 1, and results."""
    if passes is None and not graph.is_wide and len(graph.drop_probabilities) <= EXACT_SITES_MAX:
        yield from _leaves(graph, {0: graph.planes(x)}, 1, ONE_Q31)
        return
    passes = PASSES if passes is None else passes
    for _ in range(passes):
        yield 1 / passes, graph(x, graph.draw(len(x), generator))


def _classify(results: Iterator[tuple[float, Tensor]]) -> GraphPredictive:
    p, expected = 0.0, 0.0
    for weight, logits in results:
        leaf = logits.double().softmax(-1)
        p = p + weight * leaf
        expected = expected + weight * _entropy(leaf)
    entropy = _entropy(p)
    return GraphPredictive(p, entropy, (entropy - expected).clamp_min(0))


def _regress(results: Iterator[tuple[float, Tensor]], noise: Tensor) -> GraphPredictive:
    first, mean, square = None, 0.0, 0.0
    for weight, values in results:
        first = values.double() if first is None else first
        # About the first leaf: plain squares of large values would cancel.
        mean = mean + weight * (values - first)
        square = square + weight * (values - first).square()
    spread = (square - mean.square()).clamp_min(0)
    return GraphPredictive(means=first + mean, deviations=(spread + noise.square()).sqrt())


def _concatenate(parts: list[GraphPredictive]) -> GraphPredictive:
    fields = {}
    for name in GraphPredictive.__dataclass_fields__:
        values = [getattr(part, name) for part in parts]
        fields[name] = None if values[0] is None else torch.cat(values)
    return GraphPredictive(**fields)


@torch.no_grad()
def predict_graph(
    graph: Graph,
    x: Tensor,
    passes: int | None = None,
    generator: torch.Generator | None = None,
    batch: int = BATCH,
) -> GraphPredictive:
    """x: [count, height, width, channels]. The graph is finished, or in evaluation.

    passes: how often to sample; None for the exact posterior with at most 10 sites and no
    wide layer, else for 20 passes.
    """
    if graph.training:
        raise ValueError("the graph is in training: call finish, or graph.eval()")
    parts = []
    for part in tqdm(x.split(batch), desc="predicting", unit="batch", leave=False, delay=2):
        results = _results(graph, part, passes, generator)
        if graph.head.kind == "regression":
            parts.append(_regress(results, graph.noise.double()))
        else:
            parts.append(_classify(results))
    return _concatenate(parts)
