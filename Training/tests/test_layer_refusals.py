# SPDX-License-Identifier: Apache-2.0
"""Layers and heads that the format cannot hold are refused with a reason."""

from dataclasses import replace

import numpy as np
import pytest

from baynn_training import integer
from baynn_training.conformance.network_cases import all_cases
from baynn_training.conformance.vectors import case_draws
from baynn_training.image_checks import check_network, most_waiting
from baynn_training.integer import ClassificationHead, Integers, RegressionHead
from baynn_training.integer_network import IntegerNetwork

CASES = dict(all_cases())
BIG = 1 << 31


def _network(name: str) -> IntegerNetwork:
    return CASES[name](case_draws(name))


def _full(value: int, *shape: int) -> Integers:
    return np.full(shape, value, np.int64)


def _changed(network: IntegerNetwork, kind: type, changes: dict, index: int = -1) -> IntegerNetwork:
    """Changes the first (0) or last (-1) layer of a kind; a value may be a function of the
    old one."""
    layers = list(network.layers)
    index = [i for i, layer in enumerate(layers) if isinstance(layer, kind)][index]
    values = {
        field: value(getattr(layers[index], field)) if callable(value) else value
        for field, value in changes.items()
    }
    layers[index] = replace(layers[index], **values)
    return replace(network, layers=tuple(layers))


PLAIN = "signed input up to 15"
SCALE = "Scale Dropout"
SPINBAYES = "SpinBayes, 4 copies, 4 states"
GAUSSIAN = "affine, Gaussian, integers to 8 bits, shift 5"
INVERTED = "inverted, Affine Dropout, 6 channels in 2 groups"
NORM = "layer, 6 channels in 2 groups"
MAXIMUM = "pool, maximum of codes of 2 bits, padded"
TOTAL = "residual network"
RECURRENT = "LSTM, 2 outputs, 2 bits, all steps"

CONVOLUTION = [
    (PLAIN, {"source": 7}, "tensor 7"),
    (PLAIN, {"source": 1}, "not before it"),
    (PLAIN, {"maximum": 9}, "another input maximum"),
    (PLAIN, {"kernel": (0, 3)}, "a kernel"),
    (PLAIN, {"kernel": (1, 1)}, "its taps need"),
    (PLAIN, {"stride": (256, 1)}, "a stride"),
    (PLAIN, {"dilation": (1, 0)}, "a dilation"),
    (PLAIN, {"pad": (65536, 0)}, "a padding"),
    (PLAIN, {"size": (0, 1)}, "a side of the output"),
    (PLAIN, {"size": (65535, 65535)}, "too many"),
    (PLAIN, {"weight_bits": 9}, "weight bits"),
    (PLAIN, {"weights": lambda w: w + 1}, "odd integer"),
    (PLAIN, {"weights": lambda w: 3 * w}, "odd integer"),
    (PLAIN, {"method": 5}, "no method 5"),
    (PLAIN, {"probability": 5}, "draws nothing"),
    (PLAIN, {"method": 2}, "Q0.16"),
    (PLAIN, {"method": 1, "probability": 9}, "sets of thresholds"),
    (PLAIN, {"weights": lambda w: np.repeat(w, 2, 0)}, "copies"),
    (PLAIN, {"method": 4}, "copies"),
    (PLAIN, {"method": 4, "weights": lambda w: np.repeat(w, 3, 0)}, "copies"),
]

OTHERS = [
    (SCALE, integer.Affine, {"multiplier": lambda m: m[:0]}, "multiplier of"),
    (SPINBAYES, integer.Affine, {"probability": 4}, "draws nothing"),
    (GAUSSIAN, integer.Affine, {"method": 2}, "no method 2"),
    (GAUSSIAN, integer.Affine, {"mu": np.zeros(3, np.int64)}, "has mu"),
    (GAUSSIAN, integer.Affine, {"bits": 9}, "number of bits"),
    (GAUSSIAN, integer.Affine, {"shift": 31}, "shift"),
    (GAUSSIAN, integer.Affine, {"multiplier": lambda m: m[:, 1:]}, "multiplier of"),
    (GAUSSIAN, integer.Affine, {"multiplier": lambda m: m + BIG}, "32 bits"),
    (GAUSSIAN, integer.Affine, {"offset": lambda o: o * 0 + BIG - 1}, "not below 2"),
    (INVERTED, integer.Normalization, {"mode": 3}, "no mode"),
    (INVERTED, integer.Normalization, {"method": 1}, "no method"),
    (INVERTED, integer.Normalization, {"groups": 4}, "do not divide"),
    (INVERTED, integer.Normalization, {"groups": 0}, "groups"),
    (INVERTED, integer.Normalization, {"one": 0}, "one"),
    (INVERTED, integer.Normalization, {"one": (1 << 24) + 1}, "one"),
    (INVERTED, integer.Normalization, {"probability_beta": 0}, "Q0.16"),
    (INVERTED, integer.Normalization, {"gamma": lambda g: g * 0 + (1 << 30)}, "reaches 2"),
    (INVERTED, integer.Normalization, {"gamma": lambda g: g * 0 + (1 << 29)}, "can reach"),
    (NORM, integer.Normalization, {"one": 1}, "has a one"),
    (NORM, integer.Normalization, {"method": 6}, "no method"),
    (NORM, integer.Normalization, {"source": 0}, "takes integers"),
    (MAXIMUM, integer.Pool, {"mode": 0}, "no mode"),
    (MAXIMUM, integer.Pool, {"source": 0}, "not the input"),
    (MAXIMUM, integer.Pool, {"kernel": (1, 1)}, "padding"),
    (MAXIMUM, integer.Pool, {"stride": (0, 1)}, "stride"),
    (MAXIMUM, integer.Pool, {"size": (9, 2)}, "outside"),
    (TOTAL, integer.Add, {"first": 0}, "takes integers"),
    (TOTAL, integer.Add, {"first": 1}, "equal shapes"),
    ("concatenate integers", integer.Concatenate, {"first": 0}, "equal bits"),
    ("upsample integers", integer.Upsample, {"factor": (0, 1)}, "factor"),
    ("upsample integers", integer.Upsample, {"source": 0}, "not the input"),
    (RECURRENT, integer.LSTM, {"source": 0}, "takes integers"),
    (RECURRENT, integer.LSTM, {"bits": 0}, "bits"),
    (RECURRENT, integer.LSTM, {"shift": 17}, "shift"),
    (RECURRENT, integer.LSTM, {"weights": lambda w: w[1:]}, "channels"),
    (RECURRENT, integer.LSTM, {"weights": lambda w: w[:, 1:]}, "gates"),
    (RECURRENT, integer.LSTM, {"recurrent_multiplier": lambda r: r[1:]}, "multipliers"),
    (RECURRENT, integer.LSTM, {"recurrent_multiplier": lambda r: r * 0 + BIG - 1}, "can reach"),
]


@pytest.mark.parametrize(("name", "changes", "message"), CONVOLUTION)
def test_convolutions(name, changes, message):
    network = _network(name)
    check_network(network)
    with pytest.raises(ValueError, match=message):
        check_network(_changed(network, integer.Convolution, changes, index=0))


@pytest.mark.parametrize(("name", "kind", "changes", "message"), OTHERS)
def test_other_layers(name, kind, changes, message):
    network = _network(name)
    check_network(network)
    with pytest.raises(ValueError, match=message):
        check_network(_changed(network, kind, changes))


def test_bounds_add_up():
    """2^24 from a convolution is one too many, and bounds of sums are those of the format."""
    network = _network(TOTAL)
    forms = network.forms
    for number, layer in enumerate(network.layers, 1):
        if isinstance(layer, integer.Add):
            first, second = (forms[k].bound for k in layer.sources(number))
            assert forms[number].bound == first + second
    weights = _full(1, 1, 65535, 1)
    geometry = (0, 255, (1, 65535), (1, 1), (1, 1), (0, 0), (1, 1))
    layer = integer.Convolution(*geometry, weights, signed=False)
    check_network(
        IntegerNetwork((1, 65535, 1), 255, (layer, _logits()), RegressionHead(_full(0, 1)))
    )
    wider = replace(layer, weight_bits=2)
    with pytest.raises(ValueError, match="sums of layer 0"):
        check_network(IntegerNetwork((1, 65535, 1), 255, (wider,), RegressionHead(_full(0, 1))))


def _logits() -> integer.Affine:
    return integer.Affine(1, _full(1, 1, 1), _full(0, 1, 1))


def test_the_bound_of_a_gaussian_scale():
    """Y' by hand: mu 2, sigma 1, values of at most 10."""
    layer = integer.Affine(
        0, _full(1, 1, 1), _full(0, 1, 1), method=5,
        mu=_full(2 << 16, 1), sigma=_full(1 << 16, 1), bias=_full(-7, 1),
    )  # fmt: skip
    network = IntegerNetwork((1, 1, 1), 10, (layer,), RegressionHead(_full(0, 1)))
    limit = integer.affine.GAUSSIAN_LIMIT
    assert network.forms[1].bound == ((2 << 16) + limit + 1) * 10 // 65536 + 1 + 7 + 1


def test_heads():
    network = _network("classification, 2 classes, 4 x 4 positions")
    for head, message in (
        (ClassificationHead(3), "gets 2 channels"),
        (ClassificationHead(1), "1 classes"),
        (RegressionHead(_full(0, 3)), "gets 32"),
        (RegressionHead(_full(-1, 32)), "noise"),
        (_network("dense 31 outputs, maximum 15").head, "bits of one position"),
    ):
        with pytest.raises(ValueError, match=message):
            check_network(replace(network, head=head))


def test_tensors_that_wait_are_counted():
    assert most_waiting([(0,), (1,), (2,)]) == 0
    assert most_waiting([(0,), (0, 1), (0, 2), (3, 1)]) == 2
    # Added up in the end, the last one first.
    assert most_waiting([(k,) for k in range(9)] + [(k,) for k in reversed(range(8))]) == 8


@pytest.mark.parametrize("waiting", [8, 9])
def test_too_many_tensors_that_wait_are_refused(waiting):
    network = _network(TOTAL)
    last = len(network.layers)
    chain = [integer.Upsample(last + k, (1, 1)) for k in range(waiting)]
    joins = [
        integer.Add(last + k, last + 2 * waiting - 1 - k) for k in reversed(range(waiting))
    ]
    changed = replace(network, layers=(*network.layers, *chain, *joins))
    if waiting == 8:
        check_network(changed)
    else:
        with pytest.raises(ValueError, match="9 tensors wait"):
            check_network(changed)
