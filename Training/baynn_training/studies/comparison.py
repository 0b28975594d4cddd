# SPDX-License-Identifier: Apache-2.0
"""One run of the comparison of methods: train a variant from a seed, and judge it."""

from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from .. import metrics
from ..graph import Graph
from ..graph_predictive import PASSES, GraphPredictive
from ..layers.decisions import DropDecisions, GaussianDecisions, SiteDecisions
from ..predictive import MEASURES, predict
from ..recipes.figures import choose_threshold
from ..training import train
from .store import remember
from .tasks import Task
from .variants import VARIANTS


def trained(task: Task, variant: str, seed: int, work: Path) -> Graph:
    """The finished graph; goes on from its checkpoint."""
    return train(
        lambda: task.build(VARIANTS[variant]),
        task.x["train"],
        task.y["train"],
        seed,
        task.budget,
        augment=task.augment,
        checkpoint=work / task.name / f"{variant}-{seed}.pt",
        title=f"{task.name}, {VARIANTS[variant].title}, seed {seed}",
    )


def settings(task: Task, variant: str, seed: int) -> dict[str, object]:
    """Everything that a trained network and its figures depend on."""
    torch.manual_seed(seed)
    return {
        "task": task.name,
        "variant": variant,
        "seed": seed,
        "data": task.fingerprint(),
        "network": str(task.build(VARIANTS[variant])),
        "budget": str(task.budget),
        "augment": str(task.augment),
        "passes": PASSES,
    }


def cost(graph: Graph) -> dict[str, int]:
    """What a pass draws, in random bits and Gaussians; the random units of an array where one
    unit makes the decisions for whole layers, one after the other, and every other decision has
    a unit of its own; and the bits of all weights, the head's among them.

    convolution_bits: random bits of layers whose source is a map of several positions."""
    result = dict.fromkeys(("bits", "convolution_bits", "gaussians", "units", "weight_bits"), 0)
    shared = 0
    for _, layer in graph.deciding:
        match layer.decisions:
            case SiteDecisions():
                count = len(layer.decisions.probabilities)
                shared = 1
                result["bits"] += count
            case DropDecisions():
                count = layer.decisions.count
                result["bits"] += count
                result["units"] += count
                is_kernel = layer.window.kernel != layer.window.source
                result["convolution_bits"] += count if is_kernel else 0
            case GaussianDecisions():
                result["gaussians"] += layer.decisions.count
                result["units"] += layer.decisions.count
    result["units"] += shared
    for layer in graph.layers:
        if hasattr(layer, "latent"):
            result["weight_bits"] += layer.latent.numel() * getattr(layer, "copies", 1)
    return result


def _scores(predictive: GraphPredictive, measure: str) -> Tensor:
    return getattr(predictive, measure)


def judge(graph: Graph, task: Task, seed: int) -> dict[str, object]:
    """Figures of a finished graph, with the posterior that the device has by default: exact,
    or 20 passes where a layer is wide. Shares are 0 to 1."""
    generator = torch.Generator().manual_seed(seed)
    sets = {name: task.x[name] for name in ("validation", "test")} | task.outside
    outcomes = {}
    for name in tqdm(sets, desc="judging", unit="set", leave=False):
        outcomes[name] = predict(graph, sets[name], generator=generator)
    validation, test = outcomes.pop("validation"), outcomes.pop("test")
    p, y = test.probabilities, task.y["test"]
    figures = {
        "accuracy": metrics.accuracy(p, y),
        "nll": metrics.negative_log_likelihood(p, y),
        "ece": metrics.expected_calibration_error(p, y),
        "auroc": {name: {} for name in outcomes},
        "detected": {name: {} for name in outcomes},
        "false_flags": {},
        "cost": cost(graph),
    }
    for measure in MEASURES:
        threshold = choose_threshold(_scores(validation, measure)).value
        inside = _scores(test, measure)
        figures["false_flags"][measure] = (inside > threshold).double().mean().item()
        for name, outcome in outcomes.items():
            outside = _scores(outcome, measure)
            figures["auroc"][name][measure] = metrics.auroc(inside, outside)
            figures["detected"][name][measure] = (outside > threshold).double().mean().item()
    return figures


def measured(task: Task, variant: str, seed: int, work: Path) -> dict[str, object]:
    path = work / task.name / f"{variant}-{seed}.json"
    return remember(
        path,
        settings(task, variant, seed),
        lambda: judge(trained(task, variant, seed, work), task, seed),
    )
