# SPDX-License-Identifier: Apache-2.0
"""Finished networks, their figures, and the files of a published model."""

import time
import zlib
from pathlib import Path

import torch
from torch import Tensor

from ..data import Data
from ..export import write_image
from ..graph import Graph
from ..losses import Classification, Regression
from ..policy import Policy
from ..training import train
from .evaluation import evaluate
from .figures import Figures, load_figures
from .recipe import METHODS, Recipe
from .synthetic import known_inputs

PARITY_INPUTS = 200

_POLICY_MEASURES = {"entropy": "entropy", "standard deviation": "deviation"}


def _seconds(path: Path, added: float) -> float:
    """Keeps count of the processor time that a training took, over interruptions."""
    before = float(path.read_text()) if path.exists() else 0.0
    # A run that finds its checkpoint complete adds only the time to finish the network.
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{before + added:.1f}")
    return before + added


def trained(recipe: Recipe, data: Data, method: str, seed: int, work: Path) -> Graph:
    """Trains a variant, or goes on from its checkpoint, and finishes it."""
    loss = Regression() if recipe.kind == "regression" else Classification(
        recipe.budget.label_smoothing, recipe.class_weights
    )
    checkpoint = work / f"{method}-{seed}.pt"
    start = time.process_time()
    graph = train(
        lambda: recipe.build(data, method),
        data.train.x,
        data.train.y,
        seed,
        recipe.budget,
        augment=recipe.augment,
        checkpoint=checkpoint,
        title=f"{recipe.task}, {METHODS[method]}",
        loss=loss,
    )
    _seconds(checkpoint.with_suffix(".seconds"), time.process_time() - start)
    return graph


def fingerprint(graph: Graph, data: Data) -> str:
    """Changes with any weight and any held-out input."""
    value = 0
    for tensor in (*graph.state_dict().values(), data.test.x, data.validation.x):
        value = zlib.crc32(tensor.contiguous().numpy().tobytes(), value)
    return f"{value:08x}"


def measured(
    recipe: Recipe, graph: Graph, data: Data, method: str, seed: int, work: Path
) -> Figures:
    """Figures of a finished variant; those of an earlier run if nothing has changed."""
    path = work / f"{method}-{seed}.json"
    key = fingerprint(graph, data)
    figures = load_figures(path, key)
    if figures is None:
        seconds = float((work / f"{method}-{seed}.seconds").read_text())
        bits = sum(t.numel() for name, t in graph.named_parameters() if name.endswith("latent"))
        figures = evaluate(recipe, graph, data, METHODS[method], {
            "training_seconds": seconds,
            "weight_bits": bits,
            "sites": len(graph.drop_probabilities),
        })
        figures.save(path, key)
    return figures


def policy(recipe: Recipe, figures: Figures) -> Policy:
    measure, threshold = next(iter(figures.thresholds.items()))
    return Policy(
        _POLICY_MEASURES[measure], threshold.value, threshold.rate, threshold.samples
    )


def _parity_inputs(data: Data) -> Tensor:
    """Held-out inputs, and as many of the last kind of strange ones: u8."""
    strange = list(data.outside.values())[-1]
    half = PARITY_INPUTS // 2
    return torch.cat([data.test.x[:half], strange[:half]])


def write_model(
    recipe: Recipe, graph: Graph, data: Data, figures: Figures, path: Path
) -> tuple[bytes, int]:
    """Writes the image; returns it and the number of its known answers.

    Raises ValueError if the integers of the image differ anywhere from float64 PyTorch on
    PARITY_INPUTS inputs."""
    answers = known_inputs(graph.shape)
    image = write_image(
        path,
        graph,
        labels=list(recipe.labels),
        name=recipe.task,
        policy=policy(recipe, figures),
        known_inputs=answers,
        parity_inputs=_parity_inputs(data),
        turning_inputs=data.train.x,
    )
    return image, len(answers)


def prepare_torch() -> None:
    # One thread: sums in another order would make another network.
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True, warn_only=True)
