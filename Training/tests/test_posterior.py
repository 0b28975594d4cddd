# SPDX-License-Identifier: Apache-2.0
"""Posteriors and predictions of all heads, counted out by hand."""

import random
from math import isqrt

import naive_layers
import numpy as np
import pytest

from baynn_training import fixed_point
from baynn_training.conformance.network_cases import all_cases
from baynn_training.conformance.vectors import case_draws
from baynn_training.integer import GAUSSIAN_SCALE
from baynn_training.philox import philox4x32
from baynn_training.posterior import (
    Posterior,
    certified_weights,
    default_posterior,
    posterior_leaves,
)
from baynn_training.reference import predict_default, predict_leaves, predict_posterior

CASES = dict(all_cases())
SEED, CALL = 0x0123456789ABCDEF, 0xFEDCBA9876543210
ONE = 1 << 31


def _network(name: str):
    draws = case_draws(name)
    network = CASES[name](draws)
    return network, draws.integers(0, network.maximum, int(np.prod(network.shape)))


def _masses(drop_q16: list[int]) -> dict[int, int]:
    """Splits the mass of a tree of leaves at each site."""
    leaves = [(0, ONE)]
    for q in drop_q16:
        split = [(2 * mask, mass, mass * q // 65536) for mask, mass in leaves]
        leaves = [(mask, mass - drop) for mask, mass, drop in split]
        leaves += [(mask + 1, drop) for mask, _, drop in split]
    return dict(sorted(leaves))


def _word(index: int, second: int) -> int:
    """A word of the stream of a second counter word."""
    counter = (index >> 2, second, CALL & 0xFFFFFFFF, CALL >> 32)
    return philox4x32(counter, (SEED & 0xFFFFFFFF, SEED >> 32))[index % 4]


def _half(index: int, second: int) -> int:
    return _word(index // 2, second) >> 16 * (index % 2) & 0xFFFF


def _drawn_pass(network, t: int):
    """Mask and wide decisions, one after the other."""
    mask, sites = 0, network.drop_q16
    for s, q in enumerate(sites):
        mask = 2 * mask + (_word(t * len(sites) + s, 0) >> 16 < q)
    wide = []
    for layer in network.layers:
        second = (len(wide) + 1) * 65536 + t
        if not layer.wide:
            continue
        if layer.method == GAUSSIAN_SCALE:
            sums = [sum(_half(8 * i + h, second) for h in range(8)) for i in range(layer.wide)]
            wide.append([(2 * y - 524280) * 40132 // 65536 for y in sums])
        else:
            wide.append([_half(i, second) < layer.probability for i in range(layer.wide)])
    return mask, wide or None


def _logits(network, x, mask, wide) -> list[list[int]]:
    """Of each position; of a regression, one list of values."""
    last = naive_layers.evaluate(network, x, mask, wide)[-1]
    form, head = network.forms[-1], network.head
    if hasattr(head, "scale"):
        bits = [last[0, 0, c] for c in range(form.channels)]
        weights = 2 * head.weights.astype(int) - 1
        v = [sum(int(w) * b for w, b in zip(column, bits, strict=True)) for column in weights.T]
        return [[int(s) * a + int(o) for s, a, o in zip(head.scale, v, head.bias, strict=True)]]
    rows = [
        [last[y, x, c] for c in range(form.channels)] for y, x in naive_layers.positions(form.shape)
    ]
    return [[v for row in rows for v in row]] if network.is_regression else rows


def _classified(leaves: list[tuple[int, list[list[int]]]]) -> dict:
    """leaves: weight, and logits of each position."""
    total, rows, entropies, informations = sum(w for w, _ in leaves), [], [], []
    for position in range(len(leaves[0][1])):
        outcomes = [(w, *fixed_point.softmax(logits[position])) for w, logits in leaves]
        p = [sum(w * row[k] for w, row, _ in outcomes) // total for k in range(len(outcomes[0][1]))]
        expected = sum(w * entropy for w, _, entropy in outcomes) // total
        entropy = sum(a * fixed_point.negative_log(a) for a in p if a) >> 31
        rows.append(p)
        entropies.append((entropy + 1024) >> 11)
        informations.append((max(0, entropy - expected) + 1024) >> 11)
    means = [sum(column) // len(rows) for column in zip(*rows, strict=True)]
    return {
        "label": means.index(max(means)),
        "entropy_q16": sum(entropies) // len(rows),
        "mutual_information_q16": sum(informations) // len(rows),
        "probability_q31": tuple(means),
        "positions": rows,
    }


def _check(network, prediction, leaves: list[tuple[int, int, list | None]], x) -> None:
    """leaves: weight, mask and wide decisions, in the order of visits."""
    outputs = [(w, _logits(network, x, mask, wide)) for w, mask, wide in leaves]
    if network.is_regression:
        total = sum(w for w, _ in outputs)
        for j, noise in enumerate(network.head.noise.tolist()):
            values = [(w, rows[0][j]) for w, rows in outputs]
            r = values[0][1]
            a = sum(w * (v - r) for w, v in values) // total
            d = sum(w * (v - r) ** 2 for w, v in values) // total
            variance = max(0, d - a * a)
            assert prediction.mean_q16[j] == r + a
            assert prediction.spread_q16[j] == isqrt(variance)
            assert prediction.deviation_q16[j] == isqrt(variance + noise**2)
        return
    expected = _classified(outputs)
    assert prediction.position_probability_q31.tolist() == expected.pop("positions")
    for field, number in expected.items():
        assert getattr(prediction, field) == number


NAMES = [
    "dense 31 outputs, maximum 15",
    "Scale Dropout",
    "SpinBayes, 4 copies, 4 states",
    "inverted normalization with Affine Dropout",
    "classification, 2 classes, 4 x 4 positions",
    "regression, 1 outputs, method 1",
    "regression of a map",
    "softmax behind a convolution and a dense layer",
    "SpinDrop and Spatial-SpinDrop",
    "regression, 3 outputs, method 5",
    "all six methods",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_posterior_is_counted_out(name):
    network, x = _network(name)
    passes = [_drawn_pass(network, t) for t in range(6)]
    sampled = Posterior("sampled", passes=6, seed=SEED, call=CALL)
    prediction = predict_posterior(network, x, sampled)
    if network.wide_layers:
        leaves = [(1, mask, wide) for mask, wide in passes]
        assert (prediction.leaves, prediction.samples, prediction.mass_q31) == (6, 6, 0)
        assert default_posterior(network) == Posterior("sampled", passes=20, seed=0, call=0)
        for kind in ("exact", "certified"):
            with pytest.raises(ValueError, match="wide"):
                posterior_leaves(network, Posterior(kind))
    else:
        masses, masks = _masses(network.drop_q16), [mask for mask, _ in passes]
        leaves = [(masks.count(mask), mask, None) for mask in sorted(set(masks))]
        assert prediction.samples == 6 and prediction.leaves == len(leaves)
        assert prediction.mass_q31 == sum(masses[mask] for mask in set(masks))
        exact = predict_default(network, x)
        _check(network, exact, [(mass, mask, None) for mask, mass in masses.items()], x)
        assert exact.mass_q31 == ONE and exact.leaves == exact.samples == len(masses)
        cut = sorted(masses.values())[len(masses) // 2]
        certified = predict_posterior(network, x, Posterior("certified", cut_q31=cut))
        some = [(mass, mask, None) for mask, mass in masses.items() if mass >= cut]
        _check(network, certified, some, x)
        assert certified.mass_q31 == sum(mass for mass, _, _ in some)
    _check(network, prediction, leaves, x)
    deterministic = predict_posterior(network, x, Posterior("deterministic"))
    _check(network, deterministic, [(1, 0, None)], x)
    assert deterministic.leaves == deterministic.samples == 1


def test_a_cut_that_no_leaf_reaches_takes_the_first_of_the_largest():
    assert certified_weights([32768, 32768], 1 << 31) == {0: 1 << 29}
    assert certified_weights([49152, 32768], 1 << 31) == {2: 3 << 28}
    assert certified_weights([32768, 32768], 1 << 29) == dict.fromkeys(range(4), 1 << 29)


def test_certified_leaves_are_those_of_all_that_reach_the_cut():
    draw = random.Random(4)
    for _ in range(60):
        drop_q16 = [draw.choice([1, 9830, 32768, 40000, 65535]) for _ in range(draw.randint(0, 9))]
        masses = _masses(drop_q16)
        for cut in [1, *draw.sample(list(masses.values()), min(len(masses), 4)), 1 << 31]:
            expected = {mask: mass for mask, mass in masses.items() if mass >= cut}
            if not expected:
                largest = max(masses.values())
                expected = dict([next(item for item in masses.items() if item[1] == largest)])
            assert certified_weights(drop_q16, cut) == expected
            assert list(certified_weights(drop_q16, cut)) == sorted(expected)


def test_certified_leaves_of_many_sites_are_found_without_all_others():
    weights = certified_weights([3277] * 32, 1 << 20)
    assert len(weights) == 1 + 32 + 32 * 31 // 2  # at most two sites drop


def test_leaves_without_mass_predict_nothing():
    network, x = _network("Scale Dropout")
    with pytest.raises(ValueError, match="mass 0"):
        predict_leaves(network, x, [])


def test_a_huge_spread_is_clamped():
    network, x = _network("regression, 2 outputs, method 0")
    huge = np.full(2, (1 << 32) - 1)
    network = type(network)(
        network.shape, network.maximum, network.layers, type(network.head)(huge)
    )
    prediction = predict_posterior(network, x, Posterior("deterministic"))
    assert prediction.deviation_q16 == ((1 << 32) - 1,) * 2 and prediction.spread_q16 == (0, 0)
