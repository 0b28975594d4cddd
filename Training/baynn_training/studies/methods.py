# SPDX-License-Identifier: Apache-2.0
"""Compares the stochastic methods: python -m baynn_training.studies.methods --data FOLDER"""

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from ..export import write_atomically
from ..paths import TRAINING, WORK
from . import methods_plot, methods_report
from .comparison import measured
from .store import write_json
from .tasks import TASKS, Task, load, prepare_torch

RESULTS = TRAINING / "results"
QUICK_COUNT = 200


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """Options that both studies take."""
    result = argparse.ArgumentParser(
        prog=f"python -m baynn_training.studies.{name}", description=description
    )
    result.add_argument("--data", type=Path, help="folder of the data sets")
    result.add_argument(
        "--seeds", type=int, nargs="+", default=[0, 1, 2], help="of trainings (0 1 2)"
    )
    result.add_argument(
        "--quick", action="store_true", help="one epoch on a few inputs, to try things out"
    )
    result.add_argument("--out", type=Path, help=f"folder of the results ({RESULTS})")
    result.add_argument("--work", type=Path, help=f"folder of checkpoints ({WORK}/studies)")
    return result


def check(arguments: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Completes options, or stops with what is wrong."""
    if len(set(options.seeds)) < len(options.seeds) or min(options.seeds) < 0:
        arguments.error("--seeds must be different numbers of at least 0")
    if options.quick and options.out is None:
        arguments.error("--quick needs --out: results of one epoch must not replace real ones")
    options.out = options.out or RESULTS
    options.work = options.work or WORK / ("studies-quick" if options.quick else "studies")


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    result = parser(
        "methods",
        "Trains the same networks with every stochastic method and without any, on equal terms, "
        "and writes tables and a plot. Runs that have been measured are not repeated.",
    )
    result.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    result.add_argument(
        "--seeds-of",
        nargs="+",
        action="append",
        default=[],
        metavar=("TASK", "SEED"),
        help="seeds of one task, in place of --seeds",
    )
    options = result.parse_args(arguments)
    check(result, options)
    options.seeds = dict.fromkeys(options.tasks, options.seeds)
    for task, *seeds in options.seeds_of:
        if task not in options.tasks or not seeds or not all(s.isdecimal() for s in seeds):
            result.error("--seeds-of takes one of the tasks, then numbers of at least 0")
        options.seeds[task] = sorted({int(seed) for seed in seeds})
    return options


def run(options: argparse.Namespace) -> None:
    prepare_torch()
    tasks: dict[str, Task] = {name: load(name, options.data) for name in options.tasks}
    if options.quick:
        tasks = {name: task.reduced(QUICK_COUNT) for name, task in tasks.items()}
    seeds = options.seeds
    jobs = [(t, v, s) for name, t in tasks.items() for s in seeds[name] for v in t.variants]
    results = {name: {v: [] for v in task.variants} for name, task in tasks.items()}
    for task, variant, seed in (bar := tqdm(jobs, desc="methods", unit="run")):
        bar.set_postfix_str(f"{task.name} {variant} {seed}")
        results[task.name][variant].append(measured(task, variant, seed, options.work))
    report = methods_report.write(tasks, results, seeds)
    write_atomically(options.out / "methods.md", report.encode())
    write_atomically(options.out / "methods.png", methods_plot.draw(tasks, results))
    write_json(options.out / "methods.json", {"seeds": seeds, "results": results})
    print(f"wrote {options.out / 'methods.md'}")


def main(arguments: list[str] | None = None) -> int:
    try:
        run(_parse(arguments))
    except (OSError, ValueError) as error:
        print(f"methods: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
