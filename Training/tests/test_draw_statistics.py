# SPDX-License-Identifier: Apache-2.0
"""What the draws of each method are like, with a fixed seed."""

import numpy as np
import pytest
from scipy import stats

from baynn_training.integer import GAUSSIAN_SCALE, SPATIAL_SPINDROP, SPINDROP, Affine, Convolution
from baynn_training.integer.affine import GAUSSIAN_LIMIT
from baynn_training.integer.methods import copy_sites
from baynn_training.posterior import draw, draw_wide, gaussians

SEED = 20240117


def _convolution(rows: int, taps: int, method: int, probability: int) -> Convolution:
    weights = np.ones((1, rows, 1), np.int64)
    geometry = (0, 1, (1, taps), (1, 1), (1, 1), (0, 0), (1, 1))
    return Convolution(*geometry, weights, method=method, probability=probability)


def _affine(channels: int) -> Affine:
    ones = np.ones((1, channels), np.int64)
    return Affine(0, ones, ones, method=GAUSSIAN_SCALE, mu=ones[0], sigma=ones[0], bias=ones[0])


@pytest.mark.parametrize("copies", [2, 4, 8, 16])
def test_the_arbiter_of_spinbayes_is_uniform(copies):
    """Chi-square of 8000 choices."""
    choices = [draw(list(copy_sites(copies)), t, SEED, 0) for t in range(8000)]
    assert stats.chisquare(np.bincount(choices, minlength=copies)).pvalue > 0.01


def test_choices_of_two_arbiters_are_independent():
    sites = list(copy_sites(4)) * 2
    choices = np.array([draw(sites, t, SEED, 1) for t in range(8000)])
    table = np.bincount(choices, minlength=16).reshape(4, 4)
    assert stats.chi2_contingency(table).pvalue > 0.01


def test_moments_of_gaussians():
    """Of 200,000; bounds of five standard errors."""
    layer = _affine(2000)
    g = np.concatenate([draw_wide(layer, 0, t, SEED, 2) for t in range(100)]) / 65536
    assert abs(g.mean()) < 5 / np.sqrt(g.size)
    assert g.std() == pytest.approx(1, abs=5 / np.sqrt(2 * g.size))
    assert stats.skew(g) == pytest.approx(0, abs=5 * np.sqrt(6 / g.size))
    assert stats.kurtosis(g, fisher=False) == pytest.approx(2.85, abs=5 * np.sqrt(24 / g.size))
    # The distribution function of a sum of eight uniforms is this close to the normal one.
    assert stats.kstest(g, "norm").statistic < 0.008


def test_the_range_of_gaussians():
    words = np.array([[0] * 4, [0xFFFFFFFF] * 4])
    assert gaussians(words).tolist() == [-GAUSSIAN_LIMIT, GAUSSIAN_LIMIT - 1]


@pytest.mark.parametrize(
    ("method", "taps", "size"), [(SPINDROP, 9, 999), (SPATIAL_SPINDROP, 9, 111)]
)
@pytest.mark.parametrize("probability", [1, 9830, 32768, 65535])
def test_the_rate_of_dropped_rows_and_channels(method, taps, size, probability):
    layer = _convolution(999, taps, method, probability)
    drops = np.stack([draw_wide(layer, 0, t, SEED, 3) for t in range(300)])
    assert drops.shape == (300, size)
    count, p = drops.size, probability / 65536
    error = 5 * np.sqrt(p * (1 - p) / count) + 1 / count
    assert drops.mean() == pytest.approx(p, abs=error)
    # Neither rows nor passes are alike.
    assert len(np.unique(drops, axis=0)) > 1 or p < 0.001 or p > 0.999


def test_layers_passes_calls_and_seeds_draw_apart():
    layer = _convolution(64, 1, SPINDROP, 32768)
    variants = [(0, 0, 1, 1), (1, 0, 1, 1), (0, 1, 1, 1), (0, 0, 1 + (1 << 32), 1),
                (0, 0, 1, 1 + (1 << 32)), (0, 0, 2, 1)]  # fmt: skip
    rows = {draw_wide(layer, *variant).tobytes() for variant in variants}
    assert len(rows) == len(variants)
