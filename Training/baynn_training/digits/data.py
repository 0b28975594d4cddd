# SPDX-License-Identifier: Apache-2.0
"""The handwritten digits that come with scikit-learn, and their fixed split."""

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor

SIDE = 8
PIXELS = SIDE * SIDE
MAXIMUM = 16
CLASSES = 10
TEST_COUNT = 450
VALIDATION_COUNT = 200
SPLIT_SEED = 20260101
"""Fixed once and for all, and not tuned: any other split is another experiment."""


@dataclass(frozen=True)
class Part:
    """One part of the data.

    x: float [count, 64], integers 0 (paper) to 16 (ink); y: int64 [count], 0 to 9.
    """

    x: Tensor
    y: Tensor

    def __len__(self) -> int:
        return len(self.y)

    def select(self, indices: np.ndarray) -> "Part":
        return Part(self.x[indices], self.y[indices])


@dataclass(frozen=True)
class Digits:
    """Training data, data for the abstain threshold alone, and held-out data."""

    train: Part
    validation: Part
    test: Part


def load() -> Digits:
    """Loads the data and splits it at random, with equal shares of each class."""
    pixels, labels = load_digits(return_X_y=True)
    whole = Part(torch.tensor(pixels, dtype=torch.float32), torch.tensor(labels))
    rest, test = train_test_split(
        np.arange(len(whole)), test_size=TEST_COUNT, stratify=labels, random_state=SPLIT_SEED
    )
    train, validation = train_test_split(
        rest, test_size=VALIDATION_COUNT, stratify=labels[rest], random_state=SPLIT_SEED
    )
    return Digits(whole.select(train), whole.select(validation), whole.select(test))
