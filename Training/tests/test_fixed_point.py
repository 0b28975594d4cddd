# SPDX-License-Identifier: Apache-2.0
"""The bounds of SPEC.md, section 6, against arithmetic of 50 digits."""

import random

import mpmath
import pytest

from baynn_training import fixed_point

mpmath.mp.dps = 50
ONE = 1 << 31
NAT = 1 << 27


def _numbers(limit: int, count: int, seed: int) -> list[int]:
    """Of all magnitudes, with the ends of the range and powers of two."""
    draw = random.Random(seed)
    near = [(1 << b) + d for b in range(limit.bit_length()) for d in (-1, 0, 1)]
    some = [draw.randrange(1 << draw.randrange(1, limit.bit_length() + 1)) for _ in range(count)]
    return [n for n in [0, limit, *near, *some] if 0 <= n <= limit]


def test_exponential():
    for d in _numbers((1 << 32) - 1, 4000, 0):
        exact = mpmath.exp(-mpmath.mpf(d) / (1 << 20)) * ONE
        assert abs(fixed_point.exponential(d) - exact) <= 4, d
    assert fixed_point.exponential(0) == ONE


def test_logarithm():
    for v in _numbers((1 << 47) - 1, 4000, 1):
        if v:
            exact = mpmath.log(mpmath.mpf(v) / (1 << (v.bit_length() - 1))) * NAT
            assert abs(fixed_point.logarithm(v) - exact) <= 8, v


def test_negative_log_is_never_negative():
    assert fixed_point.negative_log(ONE) == 0
    for p in [*range(ONE - 5000, ONE + 1), *_numbers(ONE, 2000, 2)]:
        if p:
            exact = -mpmath.log(mpmath.mpf(p) / ONE) * NAT
            value = fixed_point.negative_log(p)
            assert value >= 0 and abs(value - exact) <= 8 + 16, p


def _logits(draw: random.Random, classes: int) -> list[int]:
    spread = 1 << draw.randrange(1, 31)
    logits = [draw.randint(-spread, spread) for _ in range(classes)]
    if draw.random() < 0.2:
        logits[-1] = logits[0]
    return logits


@pytest.mark.parametrize("classes", [2, 3, 10, 16])
def test_softmax_and_entropy(classes):
    draw = random.Random(classes)
    for _ in range(400):
        logits = _logits(draw, classes)
        p, entropy = fixed_point.softmax(logits)
        assert sum(p) == ONE and min(p) >= 0
        top = logits.index(max(logits))
        weights = [mpmath.exp(mpmath.mpf(x - logits[top]) / (1 << 20)) for x in logits]
        exact = [w / sum(weights) for w in weights]
        for k in range(classes):
            assert abs(p[k] - exact[k] * ONE) <= (8 + classes if k == top else 8)
        exact_entropy = -sum(q * mpmath.log(q) for q in exact if q > 0)
        assert abs(entropy - exact_entropy * NAT) <= 64


def test_equal_logits_share_equally():
    p, entropy = fixed_point.softmax([7, 7, 7, 7])
    assert p[1] == p[2] == p[3]
    assert p == pytest.approx([ONE // 4] * 4, abs=8 + 4)
    assert entropy == pytest.approx(float(mpmath.log(4)) * NAT, abs=64)


@pytest.mark.parametrize("classes", [256, 5000])
def test_many_classes_still_sum_to_one(classes):
    draw = random.Random(classes)
    p, _ = fixed_point.softmax([draw.randint(-(1 << 20), 1 << 20) for _ in range(classes)])
    assert sum(p) == ONE and min(p) >= 0
