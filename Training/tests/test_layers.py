# SPDX-License-Identifier: Apache-2.0
"""Signs, binary weights and random scales."""

import pytest
import torch

from baynn_training import BinaryLinear, BinaryNetwork, ScaleDropout, sign


def test_sign_of_zero_is_plus_one():
    assert sign(torch.tensor([-0.5, -0.0, 0.0, 0.5])).tolist() == [-1, 1, 1, 1]


def test_gradient_of_sign_is_zero_beyond_one():
    x = torch.tensor([-1.01, -1.0, 0.0, 1.0, 1.01], requires_grad=True)
    (3 * sign(x)).sum().backward()
    assert x.grad.tolist() == [0, 3, 3, 3, 0]


def test_binary_linear_adds_and_subtracts():
    layer = BinaryLinear(3, 2)
    layer.latent.data = torch.tensor([[0.5, -0.1, 0.0], [-1.0, 1.0, -0.0]])
    assert layer(torch.tensor([[1.0, 2.0, 4.0]])).tolist() == [[3, 5]]
    assert layer.sum_of_weights().tolist() == [1, 1]


def test_clipping_keeps_latent_weights_within_one():
    network = BinaryNetwork(4, 1, [3], 2)
    for layer in (network.hidden[0].linear, network.head.linear):
        layer.latent.data.fill_(5)
    network.clip_latent()
    assert network.hidden[0].linear.latent.max() == network.head.linear.latent.max() == 1


def test_each_sample_has_its_own_state():
    dropout = ScaleDropout(2, 0.5)
    dropout.scale.data = torch.tensor([2.0, -1.0])
    z = torch.tensor([[1.0, 3.0], [1.0, 3.0]])
    assert dropout(z, torch.tensor([False, True])).tolist() == [[2, -3], [1, 3]]


@pytest.mark.parametrize("probability", [-0.1, 0.0, 1.0, float("nan")])
def test_impossible_probabilities_are_refused(probability):
    with pytest.raises(ValueError, match="drop probability"):
        ScaleDropout(2, probability)


def test_draws_have_the_probability_of_their_site():
    network = BinaryNetwork(4, 1, [3, 3, 3], 2, [0.1, 0.0, 0.6])
    drops = network.draw(20000, torch.Generator().manual_seed(0))
    assert drops.shape == (20000, 2)
    assert drops.float().mean(0).tolist() == pytest.approx([0.1, 0.6], abs=0.02)


def test_forced_states_of_a_batch_and_of_samples_agree(network, inputs):
    drops = torch.tensor([True, False])
    one_for_all = network(inputs.double(), drops)
    assert torch.equal(one_for_all, network(inputs.double(), drops.expand(len(inputs), 2)))
    assert not torch.equal(one_for_all, network(inputs.double(), ~drops))


def test_a_network_without_hidden_layers_is_refused():
    with pytest.raises(ValueError, match="hidden layers"):
        BinaryNetwork(4, 1, [], 2)
    with pytest.raises(ValueError, match="hidden layers"):
        BinaryNetwork(4, 1, [3, 3], 2, [0.1])
