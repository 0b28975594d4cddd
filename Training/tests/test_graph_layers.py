# SPDX-License-Identifier: Apache-2.0
"""What each method computes in training is its definition in the papers."""

import pytest
import torch
from graphs import METHODS, every_graph, finished, plain, randomize
from test_window import defined_sums

from baynn_training import Graph, sign
from baynn_training.graph_parity import random_inputs
from baynn_training.layers import NormalizationLayer
from baynn_training.layers.normalization import integer_root
from baynn_training.layers.quantizers import quantize_codes, quantize_weights

EPSILON = 1e-5


def batch_normalized(z):
    mean = z.mean((0, 2, 3), keepdim=True)
    var = z.var((0, 2, 3), correction=0, keepdim=True)
    return (z - mean) / (var + EPSILON).sqrt()


def first_layers(norm="batch", method="none", **options):
    """The layers of one block, random inputs, and a draw with both values of each bit."""
    torch.manual_seed(0)
    graph = Graph((5, 6, 3), 7)
    graph.block(graph.input, 4, norm=norm, method=method, **options)
    randomize(graph)
    x = random_inputs(graph, 12)
    return graph, graph.planes(x), graph.draw(12, torch.Generator().manual_seed(2))


def sums(graph, x):
    layer = graph.layers[0]
    return torch.stack([defined_sums(layer.window, row, sign(layer.latent)) for row in x])


def test_scale_dropout():
    graph, x, draws = first_layers(method="scale", probability=0.5)
    layer, drop = graph.layers[0], draws.states[1].float()[:, None]
    assert 0 < drop.mean() < 1
    scale = drop + (1 - drop) * layer.scale
    z = sums(graph, x) * scale[:, :, None, None]
    norm = layer.norm
    y = batch_normalized(z) * norm.gamma[:, None, None] + norm.beta[:, None, None]
    assert torch.equal(layer([x], draws.states[1]), sign(y))


def test_spindrop_drops_rows_of_a_sample_at_all_positions():
    graph, x, draws = first_layers(method="spindrop", probability=0.4, stride=2)
    layer, state = graph.layers[0], draws.states[1]
    assert state.shape == (12, 27) and len(state.unique(dim=0)) > 1
    expected = [
        defined_sums(layer.window, row, sign(layer.latent), ~drop.view(9, 3))
        for row, drop in zip(x, state, strict=True)
    ]
    assert torch.equal(layer.sums(x, state), torch.stack(expected))


def test_spatial_spindrop_drops_channels():
    graph, x, draws = first_layers(method="spatial", probability=0.4)
    layer, state = graph.layers[0], draws.states[1]
    assert state.shape == (12, 3) and len(state.unique(dim=0)) > 1
    assert torch.equal(layer.sums(x, state), sums(graph, x * ~state[:, :, None, None]))


def test_spinbayes_picks_one_of_the_copies():
    graph, x, draws = first_layers(method="spinbayes", copies=4)
    layer, state = graph.layers[0], draws.states[1]
    assert set(state.tolist()) == {0, 1, 2, 3}
    weights = layer.weights()
    assert weights.shape == (4, *layer.latent.shape)
    expected = [
        defined_sums(layer.window, row, weights[copy]) for row, copy in zip(x, state, strict=True)
    ]
    assert torch.equal(layer.sums(x, state), torch.stack(expected))


def test_spinbayes_copies_are_samples_of_the_posterior():
    torch.manual_seed(0)
    graph = Graph((1, 1, 1), 1)
    graph.block(graph.input, 5, kernel=1, method="spinbayes", copies=16)
    layer = graph.layers[0]
    with torch.no_grad():
        layer.latent.copy_(torch.tensor([-1, -0.03, 0, 0.015, 1.0]).view(5, 1, 1, 1))
    rates = torch.zeros(5)
    for _ in range(400):
        graph.draw(1)
        rates += (layer.weights() > 0).float().mean(0).flatten() / 400
    expected = (layer.latent.detach().flatten() / 0.03).sigmoid()
    assert torch.allclose(rates, expected, atol=0.02)


def test_subset_inference():
    graph, x, draws = first_layers(method="subset")
    layer, state = graph.layers[1], draws.states[2]
    assert state.shape == (12, 4)
    scale = layer.mu + layer.deviation * state / 65536
    y = scale[:, :, None, None] * batch_normalized(sums(graph, x)) + layer.bias[:, None, None]
    z = graph.layers[0]([x], None)
    assert torch.allclose(layer.training_value(z, state), y, atol=1e-5)
    prior = torch.distributions.Normal(1.0, 0.3)
    posterior = torch.distributions.Normal(layer.mu, layer.deviation)
    expected = torch.distributions.kl_divergence(posterior, prior).sum()
    assert torch.allclose(graph.kl(), expected)


@pytest.mark.parametrize("groups", [1, 2])
def test_inverted_normalization_with_affine_dropout(groups):
    graph, x, draws = first_layers("inverted", "affine", probability=0.5, groups=groups)
    layer, state = graph.layers[1], draws.states[2]
    assert set(state.tolist()) == {0, 1, 2, 3}
    drop_gamma, drop_beta = (state // 2).float(), (state % 2).float()
    gamma = (1 - drop_gamma[:, None]) * layer.gamma + drop_gamma[:, None]
    beta = (1 - drop_beta[:, None]) * layer.beta * layer.unit
    u = gamma[:, :, None, None] * sums(graph, x) + beta[:, :, None, None]
    groups_of_u = u.view(12, groups, -1)
    y = (groups_of_u - groups_of_u.mean(2, keepdim=True)).view_as(u)
    ours = layer.normalized(sums(graph, x), state)
    assert torch.equal(sign(ours), sign(y))
    ratio = y.view_as(groups_of_u) / groups_of_u.std(2, correction=0, keepdim=True)
    assert torch.allclose(ours.view_as(groups_of_u), ratio, rtol=1e-2)


def test_both_ways_of_exact_normalization_agree():
    for method, norm in (("affine", "inverted"), ("none", "layer")):
        graph = finished(plain(method, norm))
        x, draws = random_inputs(graph, 40), graph.draw(40)
        assert graph.layers[1].exact == torch.float64
        one = graph(x, draws)
        for layer in graph.layers:
            if isinstance(layer, NormalizationLayer):
                layer.exact = torch.int64
        assert torch.equal(one, graph(x, draws))


def test_integer_roots():
    roots = torch.tensor([0, 1, 2, 3, 1000, 94906265, 2**31 - 1])
    for dtype in (torch.int64, torch.float64):
        largest = roots if dtype == torch.int64 else roots[:6]
        squares = (largest**2).to(dtype)
        assert integer_root(squares).tolist() == largest.tolist()
        assert integer_root((squares - 1)[1:]).tolist() == (largest[1:] - 1).tolist()


def test_layer_normalization():
    graph, x, _ = first_layers("layer")
    layer, z = graph.layers[1], sums(graph, x)
    flat = z.flatten(1)
    centered = flat - flat.mean(1, keepdim=True)
    y = (centered / flat.std(1, correction=0, keepdim=True)).view_as(z)
    y = y * layer.gamma[:, None, None] + layer.beta[:, None, None]
    assert torch.allclose(layer.normalized(z, None), y, atol=1e-3)


def test_signed_inputs():
    torch.manual_seed(0)
    graph = Graph((3, 3, 1), 255, signed_input=True)
    graph.convolution(graph.input, 2)
    layer, x = graph.layers[0], graph.planes(random_inputs(graph, 1))
    expected = defined_sums(layer.window, 2 * x[0] - 255, sign(layer.latent))
    assert torch.equal(layer([x], None)[0], expected)


def test_codes_are_odd_and_uniform():
    y = torch.tensor([-9.0, -2.0, -1.01, -1.0, -0.01, 0.0, 0.99, 1.0, 1.99, 9.0])
    assert quantize_codes(y, 2).tolist() == [-3, -3, -3, -1, -1, 1, 1, 3, 3, 3]
    assert quantize_codes(torch.zeros(1), 1).item() == 1
    w = quantize_weights(torch.linspace(-1, 1, 4001), 3)
    assert w.unique().tolist() == [-7, -5, -3, -1, 1, 3, 5, 7]


def test_gradients_of_codes_stop_at_the_ends():
    y = torch.tensor([-2.1, -1.9, 0.0, 1.9, 2.1], requires_grad=True)
    quantize_codes(y, 2).sum().backward()
    assert y.grad.tolist() == [0, 2, 2, 2, 0]


@pytest.mark.parametrize("name", every_graph())
def test_gradients_reach_every_parameter(name):
    torch.manual_seed(0)
    graph = every_graph()[name]()
    x = random_inputs(graph, 32)
    outputs = graph(x, graph.draw(32))
    outputs = outputs - outputs.mean(0, keepdim=True).detach()
    loss = (outputs * torch.randn_like(outputs)).sum() + graph.kl() + graph.regularizer()
    if graph.log_noise is not None:
        loss = loss + graph.noise.sum()
    loss.backward()
    for key, parameter in graph.named_parameters():
        assert parameter.grad is not None and bool(parameter.grad.abs().sum() > 0), key


@pytest.mark.parametrize(("method", "norm"), [m for m in METHODS if m[0] != "none"])
def test_decisions_matter_and_are_those_of_a_sample(method, norm):
    """A sample's outputs do not depend on what others decided, and change with its own."""
    torch.manual_seed(0)
    graph = randomize(plain(method, norm)).eval()
    graph.draw(1)
    x = random_inputs(graph, 40)
    one, other = graph.draw(40), graph.draw(40)
    for number, state in other.states.items():
        state[:20] = one.states[number][:20]
    a, b = graph(x, one), graph(x, other)
    if method != "spinbayes":  # whose copies are drawn again in training
        assert torch.allclose(a[:20], b[:20], atol=1e-4)
    assert not torch.allclose(a[20:], b[20:])
