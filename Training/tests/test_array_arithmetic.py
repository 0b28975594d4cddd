# SPDX-License-Identifier: Apache-2.0
"""Arithmetic of whole arrays gives the integers of its plain definition."""

import random

import numpy as np
import pytest

from baynn_training import fixed_point, fixed_point_arrays
from baynn_training.philox import philox4x32
from baynn_training.philox_arrays import philox4x32_rows


def test_philox():
    draw = random.Random(0)
    counters = [[draw.randrange(1 << 32) for _ in range(4)] for _ in range(50)]
    counters += [[0] * 4, [0xFFFFFFFF] * 4]
    for key in ((0, 0), (0xFFFFFFFF, 0xFFFFFFFF), (0xA4093822, 0x299F31D0)):
        expected = [list(philox4x32(tuple(counter), key)) for counter in counters]
        assert philox4x32_rows(np.array(counters), key).tolist() == expected


@pytest.mark.parametrize("classes", [2, 3, 33, 1000])
def test_softmax_and_entropy(classes):
    draw = random.Random(classes)
    rows = [[0] * classes, [-(1 << 31) + 1] + [(1 << 31) - 1] * (classes - 1)]
    for _ in range(60):
        reach = 1 << draw.randrange(1, 31)
        rows.append([draw.randint(-reach, reach) for _ in range(classes)])
    p, entropies = fixed_point_arrays.softmax(np.array(rows))
    for i, row in enumerate(rows):
        plain, entropy = fixed_point.softmax(row)
        assert p[i].tolist() == plain and int(entropies[i]) == entropy
        expected = sum(a * fixed_point.negative_log(a) for a in plain if a) >> 31
        assert int(fixed_point_arrays.entropy(p[i])) == expected


def test_logarithm_and_exponential():
    draw = random.Random(5)
    v = [draw.randrange(1, 1 << draw.randrange(1, 48)) for _ in range(3000)] + [1, (1 << 47) - 1]
    logarithms = fixed_point_arrays.logarithm(np.array(v, np.uint64))
    assert logarithms.tolist() == [fixed_point.logarithm(n) for n in v]
    d = [n % (1 << 32) for n in v] + [0, (1 << 32) - 1, 31 << 20, 32 << 20]
    exponentials = fixed_point_arrays.exponential(np.array(d, np.uint64))
    assert exponentials.tolist() == [fixed_point.exponential(n) for n in d]
