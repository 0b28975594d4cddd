# SPDX-License-Identifier: Apache-2.0
"""Energy of the methods on arrays: python -m baynn_training.studies.energy --data FOLDER"""

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from .. import data
from ..export import write_atomically
from ..export_data import export
from ..paths import WORK
from . import energy_plot, energy_report
from .array_experiments import MODEL_INPUTS, models
from .array_tool import Subject, energy
from .arrays import RESULTS
from .images import NETWORKS, Files, write_task
from .store import write_json
from .tasks import load, prepare_torch
from .variants import VARIANTS

TASK = "mnist_maps"
INPUTS = 20
PASSES = 20


def _methods(options: argparse.Namespace) -> list[Subject]:
    files = Files(options.work / "images", TASK)
    if not all(files.image(v, 0).exists() for v in NETWORKS[TASK]) or not files.inputs.exists():
        write_task(load(TASK, options.data), [0], options.work, files.folder)
    return [
        Subject(v, VARIANTS[v].title, files.image(v, 0), files.inputs, files.labels, INPUTS)
        for v in NETWORKS[TASK]
    ]


def _models(options: argparse.Namespace) -> list[Subject]:
    folder = options.work / "data"
    for name in MODEL_INPUTS:
        if name != "digits" and not (folder / name / "test-inputs.idx").exists():
            export(data.load(name, options.data), folder / name)
    return models(folder)


def run(options: argparse.Namespace) -> None:
    prepare_torch()
    methods, published = _methods(options), _models(options)
    kept = options.work / "energy"
    results: dict = {"pass": {}, "passes": {}, "models": {}}
    jobs = [(kind, s) for kind in ("pass", "passes") for s in methods]
    jobs += [("models", s) for s in published]
    for kind, subject in (bar := tqdm(jobs, desc="energy", unit="model")):
        bar.set_postfix_str(subject.name)
        how: list[object] = []
        if kind != "models":
            how = ["--posterior", "sampled", "--passes", 1 if kind == "pass" else PASSES]
        document = energy(subject, how, kept / f"{kind}-{subject.name}")
        results[kind][subject.name] = energy_report.condensed(document)
    write_json(options.out / "energy.json", results)
    write_atomically(options.out / "energy.md", energy_report.write(results).encode())
    write_atomically(options.out / "energy.png", energy_plot.draw(results))
    print(f"wrote {options.out / 'energy.md'}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m baynn_training.studies.energy",
        description="Counts the operations of the methods on emulated arrays, prices them, and "
        "tries how much the assumed prices matter. Needs the host tool: make tool.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    parser.add_argument("--work", type=Path, default=WORK / "studies", help="of checkpoints")
    try:
        run(parser.parse_args(arguments))
    except (OSError, ValueError) as error:
        print(f"energy: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
