# SPDX-License-Identifier: Apache-2.0
"""Accuracy of one trained network over levels of each fault, on many devices."""

from pathlib import Path

import torch
from tqdm import tqdm

from .. import metrics
from ..graph import Graph
from ..predictive import predict
from .comparison import settings, trained
from .perturbation import Perturbation, input_scales, perturbed
from .store import remember
from .tasks import Task

LEVELS = {
    "flips": (0.0, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2),
    "multiplicative": (0.0, 0.15, 0.3, 0.45, 0.6),
    "additive": (0.0, 0.15, 0.3, 0.45, 0.6, 1.0, 1.5),
    "drift": (0.0, 0.3, 0.6, 1.0, 1.5),
}
"""Share of weights; standard deviations. Level 0 is the network without faults."""

INSTANCES = 30
"""Devices at each level above 0. Device i draws the same random numbers at every level and
for networks of the same shape."""

IMAGES = 500
"""Of the held-out ones, the first."""


def judge(graph: Graph, task: Task, fault: Perturbation, instances: int) -> dict[str, list]:
    """Accuracy and negative log-likelihood (nats) of each device."""
    x, y = task.x["test"][:IMAGES], task.y["test"][:IMAGES]
    scales = input_scales(graph, task.x["train"][:IMAGES])
    figures = {"accuracy": [], "nll": []}
    for seed in range(instances if fault.level else 1):
        with perturbed(graph, fault, scales, seed):
            p = predict(graph, x, generator=torch.Generator().manual_seed(seed)).probabilities
        figures["accuracy"].append(metrics.accuracy(p, y))
        figures["nll"].append(metrics.negative_log_likelihood(p, y))
    return figures


def measured(
    task: Task, variant: str, seed: int, instances: int, work: Path
) -> dict[str, list[dict[str, list]]]:
    """Figures by kind of fault, in the order of LEVELS; every point is kept once measured."""
    graph = None
    folder = work / "robustness" / task.name
    base = settings(task, variant, seed)
    results = {}
    points = [(kind, level) for kind, levels in LEVELS.items() for level in levels]
    for kind, level in tqdm(points, desc=f"{variant}, seed {seed}", unit="point", leave=False):
        fault = Perturbation(kind, level)

        def measure(fault: Perturbation = fault) -> dict:
            nonlocal graph
            if graph is None:
                graph = trained(task, variant, seed, work)
            return judge(graph, task, fault, instances)

        figures = remember(
            folder / f"{variant}-{seed}-{kind}-{level:g}.json",
            base | {"kind": kind, "level": level, "instances": instances, "images": IMAGES},
            measure,
        )
        results.setdefault(kind, []).append(figures)
    return results
