# SPDX-License-Identifier: Apache-2.0
"""Judges one variant: quality on held-out data, and how it tells outside inputs."""

from collections.abc import Callable

import torch
from torch import Tensor
from tqdm import tqdm

from .. import metrics
from ..data import Data, Part
from ..data.parts import IGNORE
from .figures import Figures, choose_threshold, cumulative
from .outcome import Outcome, predict_all
from .recipe import Recipe

OUTSIDE_COUNT = 2000
"""Outside inputs of each kind that are evaluated, at most."""

MEASURES = {"classification": ("entropy", "mutual information")}
MEASURES["map"] = MEASURES["classification"]
MEASURES["regression"] = ("standard deviation", "spread")

NORMAL_90 = 1.6448536269514722
"""Half width of the central 90 % interval of a Gaussian, in standard deviations."""


def _binary(predicted: Tensor, y: Tensor) -> dict[str, float]:
    """Figures of two classes; 1 is what is looked for. Both: [count]."""
    hit = ((predicted == 1) & (y == 1)).sum().item()
    found, there = (predicted == 1).sum().item(), (y == 1).sum().item()
    right_rest = ((predicted == 0) & (y == 0)).sum().item()
    union = found + there - hit
    rest = right_rest / max(1, len(y) - hit)
    return {
        "sensitivity, %": 100 * hit / max(1, there),
        "specificity, %": 100 * right_rest / max(1, len(y) - there),
        "precision, %": 100 * hit / max(1, found),
        "F1": 2 * hit / max(1, found + there),
        "mean IoU": (hit / max(1, union) + rest) / 2,
    }


def _class_quality(p: Tensor, entropy: Tensor, y: Tensor) -> dict[str, float]:
    """p: [count, classes]; entropy: [count], nats; y: [count]."""
    predicted = p.argmax(1)
    quality = {
        "accuracy, %": 100 * metrics.accuracy(p, y),
        "NLL, nats": metrics.negative_log_likelihood(p, y),
        "ECE": metrics.expected_calibration_error(p, y),
        "AUROC of entropy for errors": metrics.auroc(
            entropy[predicted == y], entropy[predicted != y]
        ),
    }
    return quality | (_binary(predicted, y) if p.shape[1] == 2 else {})


def _reliability(p: Tensor, y: Tensor) -> list[list[float]]:
    rows = metrics.calibration_bins(p, y)
    return [[c, a, count / len(y)] for count, c, a in rows if count]


def _judge_classes(outcome: Outcome, part: Part) -> tuple[dict[str, float], dict]:
    curves = {"reliability": _reliability(outcome.probabilities, part.y)}
    return _class_quality(outcome.probabilities, outcome.entropies, part.y), curves


def _judge_map(outcome: Outcome, part: Part) -> tuple[dict[str, float], dict]:
    """Counts each position that has a label once."""
    counted = part.y != IGNORE
    p, y = outcome.probabilities[counted], part.y[counted].long()
    return _class_quality(p, outcome.entropies[counted], y), {"reliability": _reliability(p, y)}


def _by_output(error: Tensor) -> list[list[float]]:
    """Points (number of the output, root mean square). error: [count, outputs]."""
    return [[k + 1.0, e.item()] for k, e in enumerate(error.square().mean(0).sqrt())]


def _judge_values(outcome: Outcome, part: Part) -> tuple[dict[str, float], dict]:
    error = part.y.double() - outcome.mean
    z = error / outcome.deviation
    nll = (outcome.deviation.log() + 0.5 * z**2).mean().item() + 0.9189385332046727
    quality = {
        "RMSE": error.square().mean().sqrt().item(),
        "NLL, nats": nll,
        "coverage of 90 % intervals, %": 100 * (z.abs() <= NORMAL_90).double().mean().item(),
        "mean standard deviation": outcome.deviation.mean().item(),
    }
    level = torch.special.ndtr(z)
    points = torch.linspace(0.05, 0.95, 19, dtype=torch.float64)
    covered = [(2 * (level - 0.5).abs() <= q).double().mean().item() for q in points]
    curves = {
        "coverage": [[q.item(), c] for q, c in zip(points, covered, strict=True)],
        "RMSE by output": _by_output(error),
    }
    return quality, curves


JUDGES: dict[str, Callable[[Outcome, Part], tuple[dict[str, float], dict]]] = {
    "classification": _judge_classes,
    "map": _judge_map,
    "regression": _judge_values,
}


def _spaced(x: Tensor) -> Tensor:
    """OUTSIDE_COUNT inputs from all over: data sets are sorted by person or class."""
    count = min(len(x), OUTSIDE_COUNT)
    return x[torch.linspace(0, len(x) - 1, count, dtype=torch.float64).long()]


def evaluate(
    recipe: Recipe, network: torch.nn.Module, data: Data, title: str, cost: dict[str, float]
) -> Figures:
    """network: finished. cost: fields of Figures that are no figure of quality.

    Every figure is of the default posterior, as the device has it."""
    sets = {"test": data.test.x, "validation": data.validation.x}
    sets |= {name: _spaced(x) for name, x in data.outside.items()}
    outcomes = {}
    for name in tqdm(sets, desc=f"evaluating {title}", unit="sets", leave=False):
        outcomes[name] = predict_all(network, sets[name], recipe.kind)
    test, validation = outcomes.pop("test"), outcomes.pop("validation")
    judge = JUDGES[recipe.kind]
    quality, curves = judge(test, data.test)
    first = next(iter(quality))
    thresholds, flagged, answered = {}, {}, {}
    auroc = {name: {} for name in outcomes}
    detected = {name: {} for name in outcomes}
    for measure in MEASURES[recipe.kind]:
        threshold = choose_threshold(validation.scores(measure))
        thresholds[measure] = threshold
        scores = test.scores(measure)
        kept = scores <= threshold.value
        flagged[measure] = (~kept).double().mean().item()
        answered[measure] = judge(test.select(kept), data.test.select(kept))[0][first]
        for name, outcome in outcomes.items():
            other = outcome.scores(measure)
            auroc[name][measure] = metrics.auroc(scores, other)
            detected[name][measure] = (other > threshold.value).double().mean().item()
    chosen = MEASURES[recipe.kind][0]
    for name, error in data.extra.get("errors of baselines", {}).items():
        curves[f"RMSE of {name}"] = _by_output(torch.as_tensor(error))
    curves["test"] = cumulative(test.scores(chosen))
    curves |= {name: cumulative(outcome.scores(chosen)) for name, outcome in outcomes.items()}
    return Figures(quality, thresholds, flagged, answered, auroc, detected, curves, **cost)
