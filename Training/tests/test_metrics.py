# SPDX-License-Identifier: Apache-2.0
"""Figures against definitions and other implementations."""

import math

import pytest
import torch
from sklearn.metrics import log_loss, roc_auc_score

from baynn_training import metrics


@pytest.fixture
def case():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(500, 4, generator=generator, dtype=torch.float64)
    return logits.softmax(1), torch.randint(0, 4, (500,), generator=generator)


def test_accuracy_and_likelihood(case):
    p, y = case
    assert metrics.accuracy(p, y) == sum(p.argmax(1) == y).item() / 500
    assert metrics.negative_log_likelihood(p, y) == pytest.approx(log_loss(y, p))


def test_an_impossible_truth_costs_as_much_as_the_smallest_probability():
    p = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    assert metrics.negative_log_likelihood(p, torch.tensor([1])) == pytest.approx(31 * math.log(2))


def test_calibration_error_by_hand():
    p = torch.tensor([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [1.0, 0.0]], dtype=torch.float64)
    y = torch.tensor([0, 1, 0, 0])
    # Bins of 0.9 (two inputs, half right), 0.6 and 1.0 (one each, right).
    expected = (2 * abs(0.9 - 0.5) + abs(0.6 - 1) + 0) / 4
    assert metrics.expected_calibration_error(p, y) == pytest.approx(expected)
    assert sum(count for count, _, _ in metrics.calibration_bins(p, y)) == 4


def test_auroc():
    generator = torch.Generator().manual_seed(1)
    inside = torch.rand(300, generator=generator).mul(10).round()
    outside = torch.rand(200, generator=generator).mul(15).round()
    truth = [0] * 300 + [1] * 200
    expected = roc_auc_score(truth, torch.cat([inside, outside]))
    assert metrics.auroc(inside, outside) == pytest.approx(expected)
    assert metrics.auroc(inside, inside + 100) == 1
    assert metrics.auroc(inside, inside) == 0.5
