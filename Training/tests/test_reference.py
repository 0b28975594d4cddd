# SPDX-License-Identifier: Apache-2.0
"""Posteriors and predictions."""

import pytest
import torch
from conftest import make_inputs, make_network

from baynn_training import fold, predict, reference
from baynn_training.leaf_tensors import all_drops, all_masses
from baynn_training.leaves import ONE_Q31, leaf_mass

DROP_Q16 = [1, 9830, 32768, 65535]


def test_masses_sum_to_one():
    weights = reference.exact_weights(DROP_Q16)
    assert list(weights) == list(range(16))
    assert sum(weights.values()) == ONE_Q31
    assert reference.exact_weights([]) == {0: ONE_Q31}


def test_the_first_site_is_the_most_significant_bit():
    assert leaf_mass(0b1000, DROP_Q16) < leaf_mass(0b0001, DROP_Q16)
    assert all_drops(2).tolist() == [[False, False], [False, True], [True, False], [True, True]]
    assert all_masses([0.25, 0.5]).tolist() == [0.375, 0.375, 0.125, 0.125]


def test_certified_takes_the_leaves_above_the_cut_and_always_one():
    drop_q16 = [9830, 9830]
    masses = reference.exact_weights(drop_q16)
    assert reference.certified_weights(drop_q16, masses[1]) == {m: masses[m] for m in (0, 1, 2)}
    assert reference.certified_weights(drop_q16, masses[1] + 1) == {0: masses[0]}
    assert reference.certified_weights(drop_q16, ONE_Q31) == {0: masses[0]}
    assert reference.certified_weights(drop_q16, 1) == masses


def test_draws_follow_the_probabilities():
    draws = [reference.draw(DROP_Q16, t, seed=7, call=3) for t in range(4000)]
    for site, q16 in enumerate(DROP_Q16):
        share = sum(mask >> (3 - site) & 1 for mask in draws) / len(draws)
        assert share == pytest.approx(q16 / 65536, abs=0.03)


def test_draws_depend_on_all_of_seed_and_call():
    def masks(seed: int, call: int) -> list[int]:
        return [reference.draw([32768] * 5, t, seed, call) for t in range(50)]

    variants = [masks(1, 1), masks(1 + (1 << 32), 1), masks(1, 1 + (1 << 32)), masks(2, 1)]
    assert len({tuple(v) for v in variants}) == 4
    assert masks(1, 1) == variants[0]


def test_sampled_counts_sum_to_the_passes():
    weights = reference.sampled_weights(DROP_Q16, 20, 0x0123456789ABCDEF, 5)
    assert sum(weights.values()) == 20


def test_exact_predictions_are_those_of_pytorch(network, inputs):
    integers = fold(network)
    floating = predict(network, inputs)
    for i, x in enumerate(inputs.long().numpy()):
        p = reference.predict_exact(integers, x)
        for k in range(3):
            assert p.probability_q31[k] / ONE_Q31 == pytest.approx(
                floating.probabilities[i, k].item(), abs=20 / ONE_Q31
            )
        assert p.entropy_q16 / 65536 == pytest.approx(floating.entropy[i].item(), abs=1 / 65536)
        assert p.mutual_information_q16 / 65536 == pytest.approx(
            floating.mutual_information[i].item(), abs=1.1 / 65536
        )
        assert (p.leaves, p.samples, p.mass_q31) == (4, 4, ONE_Q31)


def test_certified_is_within_the_missing_mass():
    network = make_network((9, 8, 7, 6), 0.2)
    integers = fold(network)
    for x in make_inputs(network, 20).long().numpy():
        exact = reference.predict_exact(integers, x)
        for cut in (1 << 29, 1 << 26, 1 << 23):
            weights = reference.certified_weights(integers.drop_q16, cut)
            p = reference.predict(integers, x, weights)
            assert p.leaves == len(weights)
            for ours, theirs in zip(p.probability_q31, exact.probability_q31, strict=True):
                assert abs(ours - theirs) <= ONE_Q31 - p.mass_q31 + 1


def test_one_leaf_has_no_mutual_information(network, inputs):
    integers = fold(network)
    for x in inputs.long().numpy():
        p = reference.predict(integers, x, reference.deterministic_weights())
        assert p.mutual_information_q16 == 0
        assert p.mass_q31 == leaf_mass(0, integers.drop_q16)


def test_many_samples_approach_the_exact_posterior(network, inputs):
    integers = fold(network)
    x = inputs[0].long().numpy()
    weights = reference.sampled_weights(integers.drop_q16, 4000, seed=1, call=0)
    sampled = reference.predict(integers, x, weights, 4000)
    exact = reference.predict_exact(integers, x)
    assert sampled.samples == 4000 and sampled.leaves == 4
    for ours, theirs in zip(sampled.probability_q31, exact.probability_q31, strict=True):
        assert ours / ONE_Q31 == pytest.approx(theirs / ONE_Q31, abs=0.03)


def test_too_many_leaves_are_refused():
    with pytest.raises(ValueError, match="17 sites"):
        all_drops(17)
    assert torch.equal(all_masses([]), torch.ones(1, dtype=torch.float64))
