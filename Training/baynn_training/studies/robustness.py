# SPDX-License-Identifier: Apache-2.0
"""Robustness of normalizations: python -m baynn_training.studies.robustness --data FOLDER"""

import argparse
import sys

from tqdm import tqdm

from ..export import write_atomically
from . import robustness_plot, robustness_report
from .methods import QUICK_COUNT, check, parser
from .store import write_json
from .sweep import INSTANCES, LEVELS, measured
from .tasks import load, prepare_torch

VARIANTS = ("none", "layer", "inverted", "affine", "scale")
"""The control of frozen statistics comes first, that of statistics per input second."""


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    result = parser(
        "robustness",
        "Trains the dense MNIST network with several normalizations, and measures accuracy "
        "with flipped weights and with sums that are off, on many simulated devices. Points "
        "that have been measured are not repeated.",
    )
    result.add_argument(
        "--instances", type=int, default=INSTANCES, help="devices of each level (%(default)s)"
    )
    options = result.parse_args(arguments)
    check(result, options)
    if options.instances < 2:
        result.error("--instances must be at least 2")
    return options


def run(options: argparse.Namespace) -> None:
    prepare_torch()
    task = load("mnist", options.data)
    if options.quick:
        task = task.reduced(QUICK_COUNT)
        options.instances = 2
    jobs = [(seed, variant) for seed in options.seeds for variant in VARIANTS]
    results = {variant: [] for variant in VARIANTS}
    for seed, variant in (bar := tqdm(jobs, desc="robustness", unit="network")):
        bar.set_postfix_str(f"{variant} {seed}")
        results[variant].append(measured(task, variant, seed, options.instances, options.work))
    report = robustness_report.write(task, results, options.seeds, options.instances)
    write_atomically(options.out / "robustness.md", report.encode())
    write_atomically(options.out / "robustness.png", robustness_plot.draw(results))
    write_json(
        options.out / "robustness.json",
        {"seeds": options.seeds, "levels": LEVELS, "results": results},
    )
    print(f"wrote {options.out / 'robustness.md'}")


def main(arguments: list[str] | None = None) -> int:
    try:
        run(_parse(arguments))
    except (OSError, ValueError) as error:
        print(f"robustness: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
