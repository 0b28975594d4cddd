# SPDX-License-Identifier: Apache-2.0
"""Every tensor of a finished graph is that of its integers."""

import numpy as np
import pytest
import torch
from graphs import every_graph, finished, plain, recurrent, residual

from baynn_training import check_parity, fold, predict, read_image, write_image
from baynn_training.graph_parity import random_inputs
from baynn_training.reference import predict_exact

GRAPHS = every_graph()


@pytest.mark.parametrize("name", GRAPHS)
def test_every_tensor_is_equal(name):
    graph = finished(GRAPHS[name]())
    assert check_parity(graph, random_inputs(graph, 64, seed=9)) > 64
    # A graph whose tensors are constant would prove nothing.
    tensors = graph.trace(random_inputs(graph, 64), graph.draw(64))
    for tensor in tensors:
        assert len(tensor.unique()) > 1


@pytest.mark.parametrize("name", GRAPHS)
def test_bounds_are_those_of_the_format(name):
    graph = finished(GRAPHS[name]())
    for layer, form in zip(graph.layers, fold(graph).forms[1:], strict=True):
        assert layer.bound == form.bound and layer.output.shape == form.shape


def _break_threshold(graph):
    graph.layers[0].thresholds[0, 2] += 3


def _break_decision(graph):
    graph.layers[0]._decision[1][0, 2] += 3


@pytest.mark.parametrize("damage", [_break_threshold, _break_decision])
def test_a_wrong_threshold_is_noticed(damage):
    graph = finished(plain("scale", "batch"))
    damage(graph)
    with pytest.raises(ValueError, match="layer 1"):
        check_parity(graph)


def test_what_fixed_point_cannot_hold_is_noticed():
    graph = finished(residual("scale"))
    layer = graph.layers[2]
    layer.offset = layer.offset + 0.5
    layer.shift = 0
    with pytest.raises(ValueError, match="layer 3, NormAffine"):
        check_parity(graph)


def test_an_image_is_written_and_read(tmp_path):
    graph = finished(plain("scale", "batch"))
    known = random_inputs(graph, 2).reshape(2, -1).numpy().astype(np.uint8)
    image = write_image(tmp_path / "a.baynn", graph, list("abcd"), "name", known_inputs=known)
    model = read_image(image)
    x = random_inputs(graph, 30)
    logits = fold(graph).trace(x.numpy().astype(np.int64), 1).logits
    assert (model.network.trace(x.numpy().astype(np.int64), 1).logits == logits).all()


def test_an_unfinished_graph_is_refused(tmp_path):
    with pytest.raises(ValueError, match="not finished"):
        write_image(tmp_path / "a.baynn", plain("none", "batch"), list("abcd"))
    assert not (tmp_path / "a.baynn").exists()


def test_floating_point_predicts_what_the_reference_says():
    graph = finished(plain("scale", "batch"))
    x = random_inputs(graph, 5)
    ours, network = predict(graph, x), fold(graph)
    for i, row in enumerate(x):
        theirs = predict_exact(network, row.flatten().numpy().astype(np.int64))
        p = torch.tensor(theirs.probability_q31) / 2.0**31
        assert torch.allclose(ours.probabilities[i].float(), p, atol=1e-6)
        assert ours.entropy[i].item() == pytest.approx(theirs.entropy_q16 / 65536, abs=3e-5)
        information = theirs.mutual_information_q16 / 65536
        assert ours.mutual_information[i].item() == pytest.approx(information, abs=3e-5)


def test_regression_predicts_what_the_reference_says():
    graph = finished(recurrent(1, False, "scale"))
    x = random_inputs(graph, 5)
    ours, network = predict(graph, x), fold(graph)
    for i, row in enumerate(x):
        theirs = predict_exact(network, row.flatten().numpy().astype(np.int64))
        means = torch.tensor(theirs.mean_q16) / 65536
        assert torch.allclose(ours.means[i].float(), means, atol=1e-3)
        deviations = torch.tensor(theirs.deviation_q16) / 65536
        assert torch.allclose(ours.deviations[i].float(), deviations, rtol=1e-3, atol=1e-3)
