# SPDX-License-Identifier: Apache-2.0
"""The model card, written from results so that it cannot go stale."""

import textwrap

import torch

from . import tables
from .figures import Figures
from .recipe import METHODS, Recipe

_KINDS = {
    "classification": "says what they are and how sure it is",
    "map": "says of each position what it is and how sure it is",
    "regression": "predicts what follows and says how sure it is",
}


def _filled(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 92, break_on_hyphens=False)


def _list(items: tuple[str, ...]) -> str:
    return "\n".join(
        textwrap.fill(" ".join(i.split()), 92, initial_indent="* ", subsequent_indent="  ",
                      break_on_hyphens=False)
        for i in items
    )


def _policy(recipe: Recipe, published: Figures) -> str:
    measure, threshold = next(iter(published.thresholds.items()))
    unit = recipe.unit or "nats"
    return _filled(
        f"**Abstain policy of the image**: {measure} above {threshold.value:.4f} {unit}. It was "
        f"set to flag 5 % of the {threshold.samples} validation inputs, and flags "
        f"{100 * published.flagged[measure]:.1f} % of the held-out ones."
    )


def write_card(
    recipe: Recipe,
    variants: dict[str, Figures],
    image: bytes,
    answers: int,
    parity_inputs: int,
    seed: int,
) -> str:
    """variants: by method, the published one first. image: of the model, with its CRC."""
    published = next(iter(variants.values()))
    # As stored: the CRC of a file that ends with its own CRC is the same for all files.
    checksum = f"{int.from_bytes(image[-4:], 'little'):08x}"
    budget = recipe.budget
    task = recipe.task
    sections = [
        f"# Model card: {task}",
        _filled(
            f"`{task}.baynn` takes {recipe.title}, {_KINDS[recipe.kind]}. It "
            f"is a Bayesian binary network with Scale Dropout: {recipe.outline} "
            f"{published.weight_bits:,} one-bit weights; {published.sites} random scales, so "
            f"2^{published.sites} = {2**published.sites} networks make the exact posterior."
        ),
        tables.table(
            ["file", "content"],
            [
                [
                    f"`{task}.baynn`",
                    f"the image: {len(image):,} bytes, CRC-32 {checksum}, {answers} known answers",
                ],
                [f"`{task}.png`", "the figures below, drawn"],
            ],
        ),
        "This card is written by the recipe; a change by hand would be lost:",
        f"    cd Training && python -m baynn_training.train {task} --data FOLDER",
        "## Data",
        _filled(recipe.source),
        _filled(recipe.split),
        _filled(recipe.preparation),
        _filled(
            "No input of the data is in the image: its known answers are of synthetic patterns."
        ),
        "## Recipe",
        _filled(
            f"{budget.epochs} epochs of Adam, batches of {budget.batch}, learning rate "
            f"{budget.learning_rate:g} with one cosine period, straight-through gradients. Every "
            "variant has the same layers, data and budget; the statistics of batch "
            "normalizations are estimated again at the end, then all is folded to integers. "
            f"PyTorch in float64 and the integers of the image were compared on {parity_inputs} "
            "inputs under random masks, every tensor of every layer: they are equal."
        ),
        _filled(
            f"One seed ({seed}) for each variant, fixed beforehand like the choice of the "
            "published one: differences between the rows below may be those of another seed. "
            f"Trained on one core with torch {torch.__version__.split('+')[0]}"
            "; a network sized for that, where a GPU would afford a larger one."
        ),
        tables.cost(variants),
        "## Figures on held-out data",
        tables.quality(variants),
        *([tables.errors_by_output(recipe, variants)] if recipe.kind == "regression" else []),
        _filled(
            "**Inputs that are none of these.** AUROC of the uncertainty, held-out data against "
            "at most 2,000 inputs of each kind; 0.5 is chance, below it the strange inputs look "
            "more certain than the real ones."
        ),
        tables.separation(recipe, variants),
        _filled(
            "**Abstaining.** Share of inputs in % above the threshold, which each network got "
            "from validation data alone. The column of false flags is the price of the columns "
            "after it."
        ),
        tables.abstaining(recipe, variants),
        _policy(recipe, published),
        f"![Figures of {METHODS[next(iter(variants))]}]({task}.png)",
        "## Limits",
        _list(recipe.limits),
        "## What did not work",
        _list(recipe.failures),
    ]
    return "\n\n".join(sections) + "\n"
