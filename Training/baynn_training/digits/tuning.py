# SPDX-License-Identifier: Apache-2.0
"""Compares variants of the recipe by cross-validation inside the training part."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from sklearn.model_selection import StratifiedKFold

from .. import metrics
from ..predictive import predict
from ..training import Budget
from .augment import Augmentation
from .data import Part
from .recipe import Recipe

FOLDS = 4
_BASE = Recipe()


def _with_budget(**changes: float) -> Recipe:
    return replace(_BASE, budget=replace(Budget(), **changes))


VARIANTS = {
    "the recipe": _BASE,
    "deterministic": _BASE.twin(),
    "drop probability 0.3": replace(_BASE, drop_probability=0.3),
    "no augmentation": replace(_BASE, augmentation=None),
    "weaker augmentation": replace(_BASE, augmentation=Augmentation(5, 0.05, 0.05, 0.4, 0.3)),
    "a third of the epochs": _with_budget(epochs=Budget().epochs // 3),
    "half the learning rate": _with_budget(learning_rate=Budget().learning_rate / 2),
    "label smoothing 0.05": _with_budget(label_smoothing=0.05),
}


@dataclass(frozen=True)
class Outcome:
    """On all training inputs, each predicted by a network that has not seen it; nll in
    nats."""

    title: str
    accuracy: float
    nll: float
    ece: float


def cross_validate(title: str, recipe: Recipe, part: Part, work: Path | None = None) -> Outcome:
    """part: the training part. work: folder for checkpoints."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(part.x, part.y)
    p, y = [], []
    for fold, (inside, outside) in enumerate(folds):
        name = f"{title}, fold {fold}"
        checkpoint = work / f"{name.replace(' ', '-')}.pt" if work is not None else None
        network = recipe.train(part.select(inside), fold, name, checkpoint)
        p.append(predict(network, part.x[outside]).probabilities)
        y.append(part.y[outside])
    p, y = torch.cat(p), torch.cat(y)
    return Outcome(
        title,
        metrics.accuracy(p, y),
        metrics.negative_log_likelihood(p, y),
        metrics.expected_calibration_error(p, y),
    )


def compare(part: Part, work: Path | None = None) -> Iterator[Outcome]:
    """Yields the outcome of each variant as soon as it is known."""
    for title, recipe in VARIANTS.items():
        yield cross_validate(title, recipe, part, work)
