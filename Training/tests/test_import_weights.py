# SPDX-License-Identifier: Apache-2.0
"""Real weights as odd integers times scales."""

from fractions import Fraction

import numpy as np
import pytest

pytest.importorskip("qonnx")

from baynn_training.importing.odd_weights import odd_weights
from baynn_training.importing.problems import Unsupported


@pytest.mark.parametrize(
    "integers",
    [[1, -1, 1], [-3, 3, 5], [7, -9, 255], [1, 253, -255], [5, -15, 35]],
)
@pytest.mark.parametrize("scale", [1.0, 0.031, 1e-3, 640.0])
def test_odd_multiples_in_float32(integers: list[int], scale: float) -> None:
    weights = (np.array(integers, np.float32) * np.float32(scale)).astype(np.float64)[:, None]
    found, scales = odd_weights(weights)
    divisor = int(np.gcd.reduce(integers))
    assert found[:, 0].tolist() == [n // divisor for n in integers]
    assert abs(float(scales[0]) / (scale * divisor) - 1) < 1e-6


def test_bipolar_scales_are_exact() -> None:
    weights = np.array([[0.1, -2.5], [-0.1, 2.5]])
    found, scales = odd_weights(weights)
    assert found.tolist() == [[1, -1], [-1, 1]]
    assert scales.tolist() == [Fraction(0.1), Fraction(2.5)]


@pytest.mark.parametrize("column", [[1, 2], [1, 257], [3, 5.01], [1, 0], [1, np.inf]])
def test_other_weights_are_refused(column: list[float]) -> None:
    with pytest.raises(Unsupported):
        odd_weights(np.array(column, np.float64)[:, None])
