# SPDX-License-Identifier: Apache-2.0
"""Trains, evaluates and exports the digits model: python -m baynn_training.train_digits"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import torch

from .digits import artifacts, card, data, plot
from .digits.evaluation import Figures, evaluate
from .digits.recipe import Recipe
from .export import write_atomically
from .image_reader import read_image
from .network import BinaryNetwork
from .paths import MODELS, VECTORS, WORK

OUT = MODELS / "digits"


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m baynn_training.train_digits",
        description="Trains the digits model and its deterministic twin, evaluates both, and "
        "writes image, held-out data, model card and test vectors. Goes on where an "
        "interrupted run stopped.",
    )
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the model (%(default)s)")
    parser.add_argument(
        "--vectors",
        type=Path,
        help=f"folder of the test vectors ({VECTORS}; that of --out if that is given)",
    )
    parser.add_argument(
        "--work", type=Path, default=WORK / "digits", help="folder of checkpoints (%(default)s)"
    )
    parser.add_argument(
        "--seeds",
        type=int,
        nargs="+",
        default=list(range(10)),
        metavar="SEED",
        help="the first one is published (0 to 9)",
    )
    parser.add_argument(
        "--epochs", type=int, default=Recipe().budget.epochs, help="of training (%(default)s)"
    )
    options = parser.parse_args(arguments)
    if options.epochs < 1:
        parser.error(f"--epochs is {options.epochs}, must be at least 1")
    if min(options.seeds) < 0 or len(set(options.seeds)) < len(options.seeds):
        parser.error("--seeds must be different numbers of at least 0")
    for folder in (options.out, options.vectors, options.work):
        if folder is not None and folder.exists() and not folder.is_dir():
            parser.error(f"'{folder}' is a file, must be a folder")
    if options.vectors is None:
        options.vectors = VECTORS if options.out == OUT else options.out
    return options


def _train_all(
    recipe: Recipe, digits: data.Digits, seeds: list[int], work: Path
) -> tuple[BinaryNetwork, dict[str, list[Figures]]]:
    """Returns the Bayesian network of the first seed, and the figures of all networks."""
    results: dict[str, list[Figures]] = {"bayesian": [], "deterministic": []}
    published = None
    for seed in seeds:
        for kind, variant in (("bayesian", recipe), ("deterministic", recipe.twin())):
            title = f"{kind}, seed {seed}"
            network = variant.train(digits.train, seed, title, work / f"{kind}-{seed}.pt")
            figures = evaluate(network, digits)
            results[kind].append(figures)
            print(
                f"{title}: accuracy {100 * figures.accuracy:.2f} %, NLL {figures.nll:.4f} nats",
                flush=True,
            )
            if published is None:
                published = network
    return published, results


def run(options: argparse.Namespace) -> None:
    # One thread: sums in another order would make another network.
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    recipe = Recipe()
    recipe = replace(recipe, budget=replace(recipe.budget, epochs=options.epochs))
    digits = data.load()
    network, results = _train_all(recipe, digits, options.seeds, options.work)

    policy = results["bayesian"][0].policies[card.MEASURE]
    image = artifacts.write_model(network, digits, policy, options.out)
    artifacts.write_vectors(network, image, digits, options.vectors)
    answers = len(read_image(image).answers)
    text = card.write_card(recipe, digits, results, options.seeds, image, answers)
    write_atomically(options.out / "README.md", text.encode())
    picture = plot.draw(network, digits, policy.threshold)
    write_atomically(options.out / "digits.png", picture)
    print(f"wrote {options.out / artifacts.IMAGE}, {len(image)} bytes")


def main(arguments: list[str] | None = None) -> int:
    try:
        run(_parse(arguments))
    except (OSError, ValueError) as error:
        print(f"train_digits: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
