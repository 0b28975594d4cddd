# SPDX-License-Identifier: Apache-2.0
"""The posterior predictive of a graph against plain sums over all leaves."""

import pytest
import torch
from graphs import finished, plain, recurrent, segmentation

from baynn_training import Graph, predict
from baynn_training.draws import Draws
from baynn_training.graph_parity import random_inputs
from baynn_training.leaves import leaf_mass, leaf_states, quantize_probability


def sites_of_all_kinds() -> Graph:
    graph = Graph((4, 4, 1), 7)
    x = graph.block(graph.input, 8, method="scale", probability=0.3)
    x = graph.block(x, 8, method="spinbayes", copies=4)
    x = graph.block(x, 8, norm="inverted", method="affine", probability=(0.2, 0.4))
    x = graph.block(x, 8, kernel=None, method="scale", bits=2)
    graph.classify(x, 3)
    return graph


def all_leaves(graph, x):
    """(mass, result) of every leaf, from the definition."""
    q16 = [quantize_probability(p) for p in graph.drop_probabilities]
    for mask in range(1 << len(q16)):
        bits, states = iter(leaf_states(mask, len(q16))), {}
        for number, layer in graph.deciding:
            state = 0
            for _ in layer.decisions.probabilities:
                state = 2 * state + next(bits)
            states[number] = torch.full((len(x),), state)
        yield leaf_mass(mask, q16) / 2**31, graph(x, Draws(states)).double()


def test_exact_is_the_sum_over_all_leaves():
    graph = finished(sites_of_all_kinds())
    assert graph.drop_probabilities == [0.3, 0.5, 0.5, 0.2, 0.4, 0.15]
    x = random_inputs(graph, 20)
    p, expected = torch.zeros(20, 3).double(), torch.zeros(20).double()
    for mass, logits in all_leaves(graph, x):
        leaf = logits.softmax(1)
        p += mass * leaf
        expected += mass * torch.special.entr(leaf).sum(1)
    entropy = torch.special.entr(p).sum(1)
    ours = predict(graph, x)
    assert torch.allclose(ours.probabilities, p)
    assert torch.allclose(ours.entropy, entropy)
    assert torch.allclose(ours.mutual_information, (entropy - expected).clamp_min(0), atol=1e-9)
    assert ours.mutual_information.max() > 0


def test_sampling_approaches_the_exact_posterior():
    graph = finished(sites_of_all_kinds())
    x = random_inputs(graph, 20)
    exact = predict(graph, x)
    sampled = predict(graph, x, passes=800, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(exact.probabilities, sampled.probabilities, atol=0.05)
    one = predict(graph, x, passes=1, generator=torch.Generator().manual_seed(0))
    assert not torch.allclose(exact.probabilities, one.probabilities, atol=0.05)


def test_wide_layers_are_sampled_and_seeded():
    graph = finished(plain("spindrop", "batch"))
    x = random_inputs(graph, 20)
    one, same, other = (
        predict(graph, x, generator=torch.Generator().manual_seed(s)).probabilities
        for s in (1, 1, 2)
    )
    assert graph.is_wide and torch.equal(one, same) and not torch.equal(one, other)


def test_batches_do_not_matter():
    graph = finished(sites_of_all_kinds())
    x = random_inputs(graph, 300)
    whole = predict(graph, x)
    assert torch.allclose(whole.probabilities[290:], predict(graph, x[290:]).probabilities)


def test_regression_adds_spread_and_noise():
    graph = finished(recurrent(1, False, "scale"))
    x = random_inputs(graph, 10)
    leaves = list(all_leaves(graph, x))
    mean = sum(mass * values for mass, values in leaves)
    variance = sum(mass * (values - mean).square() for mass, values in leaves)
    ours = predict(graph, x)
    assert torch.allclose(ours.means, mean)
    assert torch.allclose(ours.deviations, (variance + graph.noise.square()).sqrt())
    assert variance.max() > 0 and ours.probabilities is None


def test_a_class_of_each_position():
    graph = finished(segmentation())
    ours = predict(graph, random_inputs(graph, 3), passes=4)
    assert ours.probabilities.shape == (3, 8, 8, 2) and ours.entropy.shape == (3, 8, 8)
    assert torch.allclose(ours.probabilities.sum(-1), torch.ones(3, 8, 8).double())


def test_a_graph_in_training_is_refused():
    graph = plain("scale", "batch")
    with pytest.raises(ValueError, match="in training"):
        predict(graph, random_inputs(graph, 3))
    assert predict(graph.eval(), random_inputs(graph, 3)).probabilities.shape == (3, 4)
