# SPDX-License-Identifier: Apache-2.0
"""Graphs are built as asked, or refused with a reason."""

import pytest
import torch
from graphs import every_graph, residual, segmentation

from baynn_training import Graph
from baynn_training.graph_parity import random_inputs


def test_tensors_are_numbered_and_typed():
    graph = Graph((8, 6, 3))
    a = graph.block(graph.input, 16, kernel=5, stride=2)
    b = graph.max_pool(a, 2)
    c = graph.convolution(b, 10)
    d = graph.affine(c)
    e = graph.quantize(d, 4)
    assert (graph.input, a, b, c, d, e) == (0, 1, 2, 3, 4, 5)
    assert [graph.types[n].shape for n in (a, b, c)] == [(4, 3, 16), (2, 1, 16), (2, 1, 10)]
    elements = [graph.types[n].elements for n in range(6)]
    assert elements == ["input", "codes", "codes", "integers", "integers", "codes"]
    assert graph.types[e].maximum == 15 and graph.types[d].fraction == 16


def test_inputs_in_rows_or_flat_are_the_same():
    torch.manual_seed(0)
    graph = residual("none").eval()
    x = random_inputs(graph, 3)
    draws = graph.draw_deterministic(3)
    assert torch.equal(graph(x, draws), graph(x.flatten(1), draws))
    assert torch.equal(graph(x, draws), graph(x.byte(), draws))
    with pytest.raises(ValueError, match="inputs of shape"):
        graph(x[:, :4], draws)


def test_results():
    x = random_inputs(segmentation(), 3)
    assert segmentation()(x).shape == (3, 8, 8, 2)
    assert residual("none")(x.expand(3, 8, 8, 3)).shape == (3, 5)
    with pytest.raises(ValueError, match="no head"):
        Graph((8, 8, 1))(x)


def test_latent_weights_stay_in_range():
    for make in every_graph().values():
        graph = make()
        latents = [p for name, p in graph.named_parameters() if name.endswith("latent")]
        with torch.no_grad():
            for latent in latents:
                latent.fill_(3)
        graph.clip_latent()
        assert latents and all(bool((latent == 1).all()) for latent in latents)


def test_sites_are_counted_in_order():
    graph = Graph((4, 4, 2))
    x = graph.block(graph.input, 4, method="scale", probability=0.2)
    x = graph.block(x, 4, method="spinbayes", copies=8)
    x = graph.block(x, 4, norm="inverted", method="affine", probability=(0.1, 0.3))
    graph.classify(x, 2)
    assert graph.drop_probabilities == [0.2, 0.5, 0.5, 0.5, 0.1, 0.3]
    assert not graph.is_wide


REFUSALS = {
    "shape": (lambda g: Graph((4, 4)), "not \\(height, width, channels\\)"),
    "maximum": (lambda g: Graph((4, 4, 1), 256), "maximum 256"),
    "method": (lambda g: g.block(0, 4, method="dropout"), '"dropout" is none of'),
    "norm": (lambda g: g.block(0, 4, norm="group"), '"group" is none of'),
    "affine norm": (lambda g: g.block(0, 4, method="affine"), "does not go with"),
    "scaled norm": (lambda g: g.block(0, 4, norm="layer", method="scale"), "does not go with"),
    "bits": (lambda g: g.block(0, 4, norm="layer", method="none", bits=2), "make.* signs|need"),
    "many bits": (lambda g: g.affine(g.convolution(0, 4), bits=9), "9 bits"),
    "scaled sums": (lambda g: g.convolution(0, 4, method="scale"), 'no method "scale"'),
    "copies": (lambda g: g.block(0, 4, method="spinbayes", copies=3), "3 weight copies"),
    "probability": (lambda g: g.block(0, 4, probability=1.0), "not between 0 and 1"),
    "integers": (lambda g: g.block(g.convolution(0, 4), 4), "take their sign"),
    "too wide": (lambda g: g.convolution(0, 4, kernel=None, weight_bits=8), "beyond 2\\^24"),
    "groups": (lambda g: g.block(0, 4, norm="layer", method="none", groups=4), "two channels"),
    "signs": (lambda g: g.sign(g.block(0, 4)), "holds codes already"),
    "sum": (lambda g: g.add(g.affine(g.convolution(0, 4)), g.convolution(0, 4)), "an affine"),
    "shapes": (lambda g: g.concatenate(g.block(0, 4), g.block(0, 4, stride=2)), "concatenate"),
    "pooled input": (lambda g: g.max_pool(0, 2), "convolve it first"),
    "one class": (lambda g: g.classify(g.block(0, 4), 1), "at least 2"),
    "spread": (lambda g: g.regress(g.block(0, 4), 1, 0.0, 0.0), "not positive"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(name):
    act, match = REFUSALS[name]
    graph = Graph((40, 40, 1))
    with pytest.raises(ValueError, match=match):
        act(graph)


def test_nothing_follows_a_head():
    graph = Graph((4, 4, 1))
    x = graph.block(graph.input, 4)
    graph.classify(x, 2)
    with pytest.raises(ValueError, match="a head already"):
        graph.block(x, 4)
