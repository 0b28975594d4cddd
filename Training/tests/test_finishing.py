# SPDX-License-Identifier: Apache-2.0
"""What happens between training and export."""

import torch
from conftest import make_inputs, make_network

from baynn_training import BinaryNetwork
from baynn_training.finishing import reestimate_statistics


def test_statistics_are_those_of_the_training_data_under_masks():
    torch.manual_seed(0)
    network = BinaryNetwork(6, 3, [4, 3], 2, 0.4).double()
    x = make_inputs(network, 500).double()
    reestimate_statistics(network, x, torch.Generator().manual_seed(0), passes=50)
    first = network.hidden[0]
    z = first.linear(x)
    p = first.dropout.probability
    # Over the masks: the mean of a mixture of the scaled and the plain sums.
    mean = (1 - p) * (z * first.dropout.scale).mean(0) + p * z.mean(0)
    assert torch.allclose(first.norm.running_mean, mean, rtol=0.02, atol=0.02)
    assert not first.norm.training


def test_old_statistics_leave_no_trace():
    torch.manual_seed(0)
    network = BinaryNetwork(6, 3, [4], 2, 0.0).double()
    network.hidden[0].norm.running_mean.fill_(1e9)
    x = make_inputs(network, 100).double()
    reestimate_statistics(network, x, torch.Generator().manual_seed(0))
    z = network.hidden[0].linear(x)
    assert torch.allclose(network.hidden[0].norm.running_mean, z.mean(0))
    assert torch.allclose(network.hidden[0].norm.running_var, z.var(0))


def test_a_finished_network_computes_what_fixed_point_can_hold():
    network = make_network()
    for parameter in (network.head.scale, network.head.bias):
        assert parameter.dtype == torch.float64
        assert torch.equal(parameter * 2**20, (parameter * 2**20).round())
    assert not network.training
