# SPDX-License-Identifier: Apache-2.0
"""Fusing layers of an import changes no bit."""

import numpy as np
import pytest

pytest.importorskip("qonnx")

from baynn_training.importing.fusing import fuse
from baynn_training.integer import MAXIMUM, Affine, ClassificationHead, Convolution, Layer, Pool
from baynn_training.integer_network import IntegerNetwork

SHAPE = (5, 6, 3)
CHANNELS = 4
POINT = (1, 1)


def convolution(generator: np.random.Generator, source: int, channels: int, maximum: int):
    weights = generator.choice([-1, 1], (1, channels, CHANNELS))
    size = {"kernel": POINT, "stride": POINT, "dilation": POINT, "pad": (0, 0), "size": SHAPE[:2]}
    return Convolution(source, maximum, weights=weights, signed=source > 0, **size)


def sign(generator: np.random.Generator, source: int, multiplier: list[int]) -> Affine:
    offset = generator.integers(-9, 10, (1, CHANNELS))
    return Affine(source, np.array([multiplier]), offset, bits=1)


def outputs(layers: list[Layer], x: np.ndarray) -> np.ndarray:
    network = IntegerNetwork(SHAPE, 7, tuple(layers), ClassificationHead(CHANNELS))
    return network.trace(x, 0).logits


@pytest.mark.parametrize("rises", [[1] * CHANNELS, [1, -1, -1, 1]])
@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("moved", [False, True])
def test_no_bit_changes(rises: list[int], pooled: bool, moved: bool) -> None:
    generator = np.random.default_rng(3)
    layers: list[Layer] = [convolution(generator, 0, SHAPE[2], 7)]
    layers.append(convolution(generator, 0, SHAPE[2], 7))  # that nothing takes
    last = 1
    if moved:
        offset = generator.integers(-5, 6, (1, CHANNELS))
        layers.append(Affine(last, np.array([[-1, 1, -1, 1]]), offset))
        last = len(layers)
    if pooled:
        layers.append(Pool(last, MAXIMUM, (2, 2), POINT, POINT, SHAPE[:2]))
        last = len(layers)
    layers.append(sign(generator, last, rises))
    layers.append(convolution(generator, len(layers), CHANNELS, 1))
    fused, numbers = fuse(layers)
    x = generator.integers(0, 8, (50, *SHAPE))
    assert np.array_equal(outputs(fused, x), outputs(layers, x))
    assert numbers[len(layers)] == len(fused)
    is_one = not pooled or rises == [1] * CHANNELS
    assert fused[0].states == is_one
    assert len(fused) == (2 if is_one else 3) + pooled + (moved and not is_one)
