# SPDX-License-Identifier: Apache-2.0
"""Integer thresholds against the floating point that they come from."""

from fractions import Fraction
from math import ceil, floor

import pytest
import torch
from conftest import make_inputs, make_network

from baynn_training import check_parity, fold
from baynn_training.leaf_tensors import all_drops
from baynn_training.parity import first_difference
from baynn_training.thresholds import solve_unit, threshold
from baynn_training.vectors import integer_sums


@pytest.mark.parametrize("seed", range(4))
def test_every_unit_decides_alike_for_every_sum(seed):
    """The exhaustive form of check_parity: all integer sums, all units, both states."""
    network = make_network(seed=seed)
    for i, (layer, folded) in enumerate(zip(network.hidden, fold(network).layers, strict=True)):
        v = torch.arange(-folded.bound, folded.bound + 1)[:, None].expand(-1, layer.linear.outputs)
        for state in range(2):
            assert first_difference(layer, folded, i == 0, state, v.contiguous()) is None


@pytest.mark.parametrize("probability", [0.3, [0.0, 0.2], 0.0])
def test_all_leaves_have_the_same_bits_sums_and_logits(probability):
    network = make_network(probability=probability)
    integers = fold(network)
    x = make_inputs(network, 200)
    for mask, drops in enumerate(all_drops(len(network.drop_probabilities))):
        logits, sums = network.trace(x.double(), drops.expand(len(x), -1))
        integer_logits, integer_trace = integers.dense_sums(x.long().numpy(), mask)
        for ours, theirs in zip(integer_sums(integers, sums), integer_trace, strict=True):
            assert (ours == theirs).all()
        assert torch.equal(logits * 2**20, torch.from_numpy(integer_logits).double())


def test_parity_notices_a_wrong_threshold(network, monkeypatch):
    integers = fold(network)
    assert check_parity(network) == 4 * 2 * (37 + 20)
    integers.layers[1].thresholds[1, 7] += 1
    monkeypatch.setattr("baynn_training.parity.fold", lambda _: integers)
    with pytest.raises(ValueError, match="layer 1"):
        check_parity(network)


def test_the_test_networks_have_every_kind_of_unit(network):
    """Both polarities, constants, and thresholds that differ between the states."""
    for layer in fold(network).layers:
        assert layer.inversions.any() and not layer.inversions.all()
        assert {0, 2 * layer.bound + 1} & set(layer.thresholds.flatten().tolist())
        assert (layer.thresholds[0] != layer.thresholds[1]).any()


UNITS = [-2.5, -1.0, -0.25, 0.25, 1.0, 3.0]


@pytest.mark.parametrize("gamma", [*UNITS, 0.0])
@pytest.mark.parametrize("scale", [*UNITS, 0.0])
@pytest.mark.parametrize("beta", [-1.5, 0.0, 1.0])
def test_a_unit_is_solved_exactly(gamma, scale, beta):
    """theta is an integer for many of these: the unit fires there, as sign(0) = +1."""
    mean, sigma = 3.0, 2.0
    least, inverted = solve_unit(scale, mean, sigma, gamma, beta)
    for z in range(-60, 61):
        fires = Fraction(gamma) * (Fraction(scale) * z - 3) / 2 + Fraction(beta) >= 0
        assert fires == (inverted if least is None else (z >= least) != inverted)


@pytest.mark.parametrize("weights_sum", [-3, -1, 1, 3])
def test_thresholds_on_signs_become_thresholds_on_bits(weights_sum):
    bound = 3
    for least in range(-9, 10):
        a = threshold(least, weights_sum, bound)
        assert 0 <= a <= 2 * bound + 1
        for v in range(-bound, bound + 1):
            assert (v + bound >= a) == (2 * v - weights_sum >= least)


def test_thresholds_beyond_all_sums_are_clamped():
    assert threshold(-(10**30), None, 5) == 0
    assert threshold(10**30, None, 5) == 11


def test_rounding_directions():
    assert solve_unit(1.0, 2.5, 1.0, 1.0, 0.0) == (ceil(2.5), False)
    assert solve_unit(1.0, 2.5, 1.0, -1.0, 0.0) == (floor(2.5) + 1, True)
    assert solve_unit(1.0, -2.5, 1.0, 1.0, 0.0) == (-2, False)
    assert solve_unit(1.0, -2.5, 1.0, -1.0, 0.0) == (-2, True)


def test_a_diverged_network_is_refused(network):
    network.hidden[1].norm.running_var[3] = float("nan")
    with pytest.raises(ValueError, match="not finite"):
        fold(network)
