# SPDX-License-Identifier: Apache-2.0
"""Every layer against its definition, on the networks of the conformance vectors."""

import naive_layers
import numpy as np
import pytest

from baynn_training.conformance.network_cases import all_cases
from baynn_training.conformance.vectors import case_draws
from baynn_training.integer import Affine, Convolution
from baynn_training.integer_network import IntegerNetwork
from baynn_training.posterior import draw_pass

CASES = dict(all_cases())


def _network(name: str) -> tuple[IntegerNetwork, np.ndarray]:
    """A network of the vectors with random inputs [3, elements]."""
    draws = case_draws(name)
    network = CASES[name](draws)
    return network, draws.integers(0, network.maximum, 3, int(np.prod(network.shape)))


def _array(tensor: naive_layers.Map, shape: tuple[int, ...]) -> np.ndarray:
    array = np.full(shape, -(1 << 40))
    for place, element in tensor.items():
        array[place] = element
    return array


@pytest.mark.parametrize("name", CASES)
def test_tensors_are_those_of_the_definition(name):
    network, x = _network(name)
    for t, row in enumerate(x[:2]):
        leaf = draw_pass(network, t, seed=9, call=1)
        mask, wide = (leaf.mask, leaf.wide) if t else (0, None)
        trace = network.trace(row, mask, wide)
        expected = naive_layers.evaluate(network, row, mask, wide)
        for tensor, plain, form in zip(trace.tensors, expected, network.forms, strict=True):
            assert tensor.shape == form.shape
            assert np.array_equal(tensor, _array(plain, form.shape))


@pytest.mark.parametrize("name", CASES)
def test_bounds_hold_and_batches_are_single_inputs(name):
    network, x = _network(name)
    leaves = [draw_pass(network, t, seed=3, call=0) for t in range(len(x))]
    mask = leaves[0].mask
    wide = None
    if network.wide_layers:
        wide = [np.stack(rows) for rows in zip(*(leaf.wide for leaf in leaves), strict=True)]
    batch = network.trace(x, mask, wide)
    for i, (row, leaf) in enumerate(zip(x, leaves, strict=True)):
        single = network.trace(row, mask, leaf.wide)
        assert np.array_equal(batch.logits[i], single.logits)
        for tensor, one in zip(batch.tensors, single.tensors, strict=True):
            assert np.array_equal(tensor[i], one)
    for tensor, form in zip(batch.tensors, network.forms, strict=True):
        assert abs(tensor).max() <= form.bound
        assert form.kind == "integers" or tensor.min() >= 0


def test_the_largest_convolution_sum_is_exact():
    """K just below 2^24, at which float32 stops to hold all integers."""
    rows = 257
    weights = np.full((1, rows, 2), 255)
    weights[0, :, 1] = -255
    layer = Convolution(
        0, 255, (1, rows), (1, 1), (1, 1), (0, 0), (1, 1), weights, weight_bits=8, signed=False
    )
    assert layer.bound == 16711425 < 1 << 24
    x = np.full((1, rows, 1), 255)
    assert layer.sums(x).ravel().tolist() == [layer.bound, -layer.bound]
    x[0, 0, 0] = 254
    assert layer.sums(x).ravel().tolist() == [layer.bound - 255, 255 - layer.bound]


def test_spindrop_drops_a_row_at_all_positions_and_spatial_a_channel():
    weights = np.ones((1, 4, 1), np.int64)
    options = {"weights": weights, "signed": False, "probability": 1}
    geometry = (0, 255, (1, 2), (1, 1), (1, 1), (0, 0), (1, 2))
    x = np.arange(1, 7).reshape(1, 3, 2)  # positions (1, 2), (3, 4), (5, 6)
    row = Convolution(*geometry, method=2, **options)
    assert row.sums(x, dropped=np.array([0, 1, 0, 0])).ravel().tolist() == [8, 14]
    channel = Convolution(*geometry, method=3, **options)
    assert channel.sums(x, dropped=np.array([0, 1])).ravel().tolist() == [4, 8]


def test_codes_saturate_and_shifts_round_down():
    def codes(bits: int, *values: int) -> list[int]:
        ones = np.ones((1, 1), np.int64)
        layer = Affine(0, ones, 0 * ones, bits=bits, shift=1)
        x = np.array(values).reshape(1, -1, 1)
        form = IntegerNetwork((1, len(values), 1), 255, (layer,), None).forms[0]
        return layer.evaluate([x], [form], 0, None).ravel().tolist()

    assert codes(0, -3, -1, 0, 1, 3) == [-2, -1, 0, 0, 1]
    assert codes(1, -1, 0, 1) == [0, 1, 1]
    assert codes(2, -100, -4, -3, -1, 0, 2, 3, 100) == [0, 0, 0, 1, 2, 3, 3, 3]
