# SPDX-License-Identifier: Apache-2.0
"""What one task needs to be trained, judged and described."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ..data import Data
from ..graph import Graph
from ..training import Budget

METHODS = {
    "scale": "Scale Dropout",
    "affine": "inverted norm, Affine Dropout",
    "none": "deterministic twin",
}
"""Variants of each recipe. The model of the first one is published, fixed beforehand."""

KINDS = ("classification", "map", "regression")

Augment = Callable[[Tensor, torch.Generator], Tensor]


@dataclass(frozen=True)
class Recipe:
    """One task.

    task: its name in commands and folders. title: what the inputs are, plural.
    kind: one of KINDS. labels: names of classes, or of outputs.
    build: makes the graph of a variant of METHODS for the data. outline: it in words.
    augment: varies u8 inputs as floats [batch, H, W, C], integers again; or None.
    class_weights: of the loss, or None. unit: of the outputs of a regression.
    source, split: paragraphs of the card. preparation: how bytes are made from the source.
    limits, failures: lines of the card, what the model is not good for and what did not work.
    """

    task: str
    title: str
    kind: str
    labels: tuple[str, ...]
    budget: Budget
    build: Callable[[Data, str], Graph]
    outline: str
    source: str
    split: str
    preparation: str
    limits: tuple[str, ...]
    failures: tuple[str, ...]
    augment: Augment | None = None
    class_weights: tuple[float, ...] | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"the kind is '{self.kind}', must be one of {', '.join(KINDS)}")


def block_options(
    method: str, is_random: bool = True, probability: float = 0.15
) -> dict[str, object]:
    """Arguments of `Graph.block` that make a variant of METHODS. A block that is not random
    has the norm of the variant, but no decisions: the leaves of the posterior share it."""
    if method not in METHODS:
        raise ValueError(f"there is no method '{method}': choose one of {', '.join(METHODS)}")
    norm = "inverted" if method == "affine" else "batch"
    return {
        "norm": norm,
        "method": method if is_random else "none",
        "probability": probability,
    }
