# SPDX-License-Identifier: Apache-2.0
"""Turned channels: the same predictions, from the opposite bits."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import naive_layers
import numpy as np
import pytest

from baynn_training.conformance.builder import Builder
from baynn_training.conformance.layer_cases import classified, pooled, whole
from baynn_training.conformance.network_cases import all_cases
from baynn_training.conformance.vectors import case_draws
from baynn_training.image_reader import read_image
from baynn_training.image_writer import encode_image
from baynn_training.integer import (
    GAUSSIAN_SCALE,
    MAXIMUM,
    SCALE_DROPOUT,
    SPATIAL_SPINDROP,
    SPINBAYES,
    SPINDROP,
    SUM,
    Affine,
    Convolution,
    DenseLayer,
    SoftmaxHead,
)
from baynn_training.integer_network import IntegerNetwork
from baynn_training.posterior import default_posterior, draw_pass
from baynn_training.reference import predict_posterior
from baynn_training.turning import Turn, turn_network, turnable, turned_channels


def _joined(b: Builder) -> IntegerNetwork:
    """Two tensors that meet in a concatenation, one of them enlarged, before two layers."""
    fine = b.convolution(0, 5, pad=1, states=2, method=SCALE_DROPOUT)
    coarse = b.convolution(fine, 6, kernel=2, stride=2, copies=4, states=4, method=SPINBAYES)
    joined = b.concatenate(b.upsample(coarse), fine)
    sums = [
        b.affine(b.convolution(joined, 4, pad=1, states=0, weight_bits=3, method=SPINDROP)),
        b.affine(b.convolution(joined, 4, kernel=1, states=0, method=SPATIAL_SPINDROP)),
    ]
    return whole(b, b.affine(b.add(*sums), bits=1, method=SCALE_DROPOUT))


def _dense_after_one_position(b: Builder) -> IntegerNetwork:
    b.convolution(0, 33, kernel=(4, 6), weight_bits=2)
    b.concatenate(1, 1)
    b.dense(40, scale=True)
    return b.network(b.softmax(3))


def _transposed(b: Builder) -> IntegerNetwork:
    x = b.convolution(0, 7, stride=2, pad=1, signed=False)
    return pooled(b, b.convolution(x, 5, kernel=2, stride=2, transposed=True, states=0))


OWN = {
    "joined": _joined,
    "dense after one position": _dense_after_one_position,
    "transposed": _transposed,
}
CASES = dict(all_cases()) | {
    name: lambda draws, build=build: build(Builder(draws, (4, 6, 2), 7))
    for name, build in OWN.items()
}


def _inputs(network: IntegerNetwork, count: int, seed: int = 0) -> np.ndarray:
    size = (count, int(np.prod(network.shape)))
    return np.random.default_rng(seed).integers(0, network.maximum + 1, size)


def _random_turn(network: IntegerNetwork, seed: int = 0) -> Turn:
    generator = np.random.default_rng(seed)
    return {
        number: generator.random(network.forms[number].channels) < 0.6
        for number in turnable(network)
    }


def _fitting(network: IntegerNetwork) -> IntegerNetwork:
    """With biases small enough to be moved."""
    if not isinstance(network.head, SoftmaxHead):
        return network
    return replace(network, head=replace(network.head, bias=network.head.bias // 4))


@pytest.mark.parametrize("name", CASES)
def test_a_turn_changes_the_turned_channels_alone(name):
    network = _fitting(CASES[name](case_draws(name)))
    turn = _random_turn(network)
    turned = turn_network(network, turn)
    labels = [str(k) for k in range(network.head.names)]
    turned = read_image(encode_image(turned, labels)).network
    channels = turned_channels(network, turn)
    for t, x in enumerate(_inputs(network, 4)):
        leaf = draw_pass(network, t, seed=5, call=0)
        mask, wide = (leaf.mask, leaf.wide) if t else (0, None)
        old, new = network.trace(x, mask, wide), turned.trace(x, mask, wide)
        assert np.array_equal(old.logits, new.logits)
        for a, b, opposite in zip(old.tensors, new.tensors, channels, strict=True):
            assert np.array_equal(a, np.where(opposite, 1 - b, b))


@pytest.mark.parametrize("name", OWN)
def test_a_turned_network_predicts_the_same_by_the_definition(name):
    """All states of all sites, in arithmetic that shares nothing with that of the package."""
    network = CASES[name](case_draws(name))
    turned = turn_network(network, _random_turn(network))
    x = _inputs(network, 1)[0]
    posterior = default_posterior(network)
    ours, theirs = (predict_posterior(n, x, posterior) for n in (network, turned))
    assert ours.output_bytes() == theirs.output_bytes()
    assert ours.entropy_q16 == theirs.entropy_q16
    for mask in range(1 << min(len(network.drop_q16), 4)):
        last = [naive_layers.evaluate(n, x, mask, None)[-1] for n in (network, turned)]
        if isinstance(network.head, SoftmaxHead):
            outputs = [
                [
                    sum(int(2 * w - 1) * bits[0, 0, i] for i, w in enumerate(column)) * scale + bias
                    for column, scale, bias in zip(
                        n.head.weights.T, n.head.scale, n.head.bias, strict=True
                    )
                ]
                for n, bits in zip((network, turned), last, strict=True)
            ]
            assert outputs[0] == outputs[1]
        else:
            assert last[0] == last[1]


def test_the_networks_turn_all_that_can_be_turned():
    """Otherwise the tests above would show nothing."""
    kinds = Counter()
    for name, build in CASES.items():
        network = _fitting(build(case_draws(name)))
        for number in turnable(network):
            layer = network.layers[number - 1]
            kinds[type(layer).__name__, "makes", layer.method] += 1
        seen = turned_channels(network, _random_turn(network))
        for number, layer in enumerate(network.layers, 1):
            if any(seen[k].any() for k in layer.sources(number)):
                kinds[type(layer).__name__, "sees", layer.method] += 1
                kinds["bits", getattr(layer, "weight_bits", 1) > 1] += 1
        if isinstance(network.head, SoftmaxHead) and seen[-1].any():
            kinds["head"] += 1
    for method in (0, SCALE_DROPOUT, SPINDROP, SPATIAL_SPINDROP, SPINBAYES):
        assert kinds["Convolution", "makes", method] and kinds["Convolution", "sees", method]
    for method in (0, SCALE_DROPOUT):
        assert kinds["DenseLayer", "makes", method] and kinds["DenseLayer", "sees", method]
        assert kinds["Affine", "makes", method]
    assert kinds["Concatenate", "sees", 0] and kinds["Upsample", "sees", 0]
    assert kinds["bits", True] and kinds["head"]


def _bits(b: Builder) -> int:
    return b.convolution(0, 4, kernel=1)


BARRED: dict[str, Callable[[Builder], int]] = {
    "maximum": lambda b: b.pool(_bits(b), MAXIMUM),
    "sum": lambda b: b.pool(_bits(b), SUM),
    "affine": lambda b: b.affine(_bits(b)),
    "unsigned convolution": lambda b: b.convolution(_bits(b), 4, signed=False, pad=1),
    "maximum behind a concatenation": lambda b: b.pool(b.concatenate(_bits(b), _bits(b)), MAXIMUM),
    "affine behind upsampling": lambda b: b.affine(b.upsample(_bits(b))),
}


@pytest.mark.parametrize("name", BARRED)
def test_what_others_see_is_not_turned(name):
    b = Builder(case_draws(name), (4, 4, 2), 7)
    x = BARRED[name](b)
    b.convolution(1, 3, kernel=4)  # a sum as well, which alone would not be in the way
    network = classified(b, x)
    barred = [
        number
        for number, layer in enumerate(network.layers, 1)
        if isinstance(layer, Convolution) and layer.source == 0
    ]
    assert barred and not set(barred) & set(turnable(network))
    with pytest.raises(ValueError, match="cannot be turned"):
        turn_network(network, {barred[0]: np.ones(4, bool)})


def test_codes_of_several_bits_and_what_cannot_be_inverted_are_not_turned():
    b = Builder(case_draws("kinds"), (4, 4, 2), 7)
    sums = b.convolution(0, 4, states=0)
    makers = [
        b.affine(sums, bits=2),
        b.affine(sums, bits=1, method=GAUSSIAN_SCALE),
        b.normalization(sums),
    ]
    for maker in makers:
        b.convolution(maker, 3)
    assert not set(makers) & set(turnable(classified(b, b.convolution(0, 3))))


def test_thresholds_at_the_ends_stay_there():
    """0 always fires and 2 K + 1 never does, on both sides of a turn."""
    first = DenseLayer(np.ones((1, 3), bool), 1, 0, np.array([[1, 2, 2]]), np.zeros((1, 3), bool))
    weights = np.array([[1, 1, 0], [1, 1, 0], [0, 1, 0]], bool)
    second = DenseLayer(weights, 1, 0, np.array([[0, 7, 7]]), np.zeros((1, 3), bool))
    head = SoftmaxHead(np.ones((3, 2), bool), np.array([1, 2]), np.array([0, 0]))
    network = IntegerNetwork((1, 1, 1), 1, (first, second), head)
    turned = turn_network(network, {1: np.ones(3, bool)})
    assert turned.layers[1].thresholds.min() >= 0 and turned.layers[1].thresholds.max() <= 7
    for x in range(2):
        assert turned.trace(np.array([x]), 0).tensors[2].ravel().tolist() == [1, 0, 0]


def test_a_head_whose_bias_would_not_fit_is_refused():
    first = DenseLayer(np.ones((1, 4), bool), 1, 0, np.zeros((1, 4), int), np.zeros((1, 4), bool))
    scale, room = 1 << 28, (1 << 31) - 1 - (4 << 28)
    head = SoftmaxHead(np.ones((4, 2), bool), np.array([scale, 1]), np.array([room, 0]))
    network = IntegerNetwork((1, 1, 1), 1, (first,), head)
    with pytest.raises(ValueError, match="logit can reach"):
        turn_network(network, {1: np.ones(4, bool)})
    turn_network(replace(network, head=replace(head, bias=-head.bias)), {1: np.ones(4, bool)})


def test_an_affine_sign_is_inverted_at_zero_too():
    """y = 0 is a 1, so its opposite is a 0."""
    sums = Convolution(
        0, 1, (1, 1), (1, 1), (1, 1), (0, 0), (1, 3), np.ones((1, 1, 1), np.int64), signed=False
    )
    sign = Affine(1, np.array([[4]]), np.array([[-4]]), bits=1, shift=2)
    last = Convolution(2, 1, (1, 3), (1, 1), (1, 1), (0, 0), (1, 1), np.ones((1, 3, 1), np.int64))
    b = Builder(case_draws("sign"), (1, 3, 1), 1)
    for layer in (sums, sign, last):
        b._add(layer)
    network = classified(b, 3)
    turned = turn_network(network, {2: np.ones(1, bool)})
    for x in ([0, 1, 0], [1, 1, 1]):
        assert network.trace(np.array(x), 0).tensors[2].ravel().tolist() == x
        assert turned.trace(np.array(x), 0).tensors[2].ravel().tolist() == [1 - v for v in x]
