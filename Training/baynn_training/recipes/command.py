# SPDX-License-Identifier: Apache-2.0
"""Trains, evaluates and exports the model of a task: what `python -m baynn_training.train` runs."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from .. import data
from ..export import write_atomically
from ..paths import MODELS, WORK
from . import METHODS, RECIPES, Recipe, artifacts, card, plot
from .figures import Figures

REDUCED_COUNT = 512
"""Inputs of each part with --reduced, which runs for 1 epoch."""


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m baynn_training.train",
        description="Trains the model of a task with Scale Dropout, the same network with Affine "
        "Dropout in inverted norm, and its deterministic twin; evaluates all three, and writes "
        "image, model card and plot of the first. Goes on where an interrupted run stopped.",
    )
    parser.add_argument("task", choices=list(RECIPES))
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument(
        "--method",
        choices=list(METHODS),
        nargs="+",
        default=list(METHODS),
        help="train and evaluate these variants alone",
    )
    parser.add_argument("--seed", type=int, default=0, help="of all variants (%(default)s)")
    parser.add_argument(
        "--reduced", action="store_true", help="one epoch on a few inputs, to try things out"
    )
    parser.add_argument("--out", type=Path, help=f"folder of the model ({MODELS}/TASK)")
    parser.add_argument("--work", type=Path, help=f"folder of checkpoints ({WORK}/TASK)")
    options = parser.parse_args(arguments)
    if options.seed < 0:
        parser.error("--seed must be at least 0")
    if options.reduced and options.out is None:
        parser.error("--reduced needs --out: a model of one epoch must not replace a real one")
    suffix = "-reduced" if options.reduced else ""
    options.out = options.out or MODELS / options.task
    options.work = options.work or WORK / (options.task + suffix)
    for folder in (options.data, options.out, options.work):
        if folder.exists() and not folder.is_dir():
            parser.error(f"'{folder}' is a file, must be a folder")
    return options


def _variant(
    recipe: Recipe, parts: data.Data, method: str, options: argparse.Namespace
) -> tuple[artifacts.Graph, Figures]:
    graph = artifacts.trained(recipe, parts, method, options.seed, options.work)
    figures = artifacts.measured(recipe, graph, parts, method, options.seed, options.work)
    line = ", ".join(f"{name} {value:.4g}" for name, value in figures.quality.items())
    print(f"{recipe.task}, {METHODS[method]}: {line}", flush=True)
    return graph, figures


def run(options: argparse.Namespace) -> None:
    artifacts.prepare_torch()
    recipe = RECIPES[options.task]
    parts = data.load(options.task, options.data)
    if options.reduced:
        parts = parts.reduced(REDUCED_COUNT)
        recipe = replace(recipe, budget=replace(recipe.budget, epochs=1))
    graphs, variants = {}, {}
    for method in [m for m in METHODS if m in options.method]:
        graphs[method], variants[method] = _variant(recipe, parts, method, options)
    published = next(iter(METHODS))
    if published not in graphs:
        print(f"no model written: only '{published}' is published")
        return
    path = options.out / f"{recipe.task}.baynn"
    image, answers = artifacts.write_model(
        recipe, graphs[published], parts, variants[published], path
    )
    text = card.write_card(
        recipe, variants, image, answers, artifacts.PARITY_INPUTS, options.seed
    )
    write_atomically(options.out / "README.md", text.encode())
    write_atomically(options.out / f"{recipe.task}.png", plot.draw(recipe, variants))
    print(f"wrote {path}, {len(image)} bytes")


def main(arguments: list[str] | None = None) -> int:
    try:
        run(_parse(arguments))
    except (OSError, ValueError) as error:
        print(f"train: {error}", file=sys.stderr)
        return 1
    return 0
