# SPDX-License-Identifier: Apache-2.0
"""Models on emulated arrays: python -m baynn_training.studies.arrays --data FOLDER"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

from .. import data
from ..export import write_atomically
from ..export_data import export
from ..paths import TRAINING, WORK
from . import array_experiments, array_report, arrays_plot
from .array_experiments import EXPERIMENTS, FAULTS, RECOVERIES
from .array_tool import Subject, evaluate
from .images import Files, write_task
from .store import write_json
from .tasks import load, prepare_torch

RESULTS = TRAINING / "results"


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m baynn_training.studies.arrays",
        description="Runs networks of the study of normalizations, and the published models, on "
        "emulated spintronic arrays, many devices a point. Points that have been measured are "
        "not repeated. Needs the host tool: make tool.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument(
        "--devices", type=int, default=array_experiments.DEVICES, help="a point (%(default)s)"
    )
    parser.add_argument("--only", nargs="+", help="names of experiments, to measure these first")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    parser.add_argument("--work", type=Path, default=WORK / "studies", help="of checkpoints")
    options = parser.parse_args(arguments)
    if options.devices < 2:
        parser.error("--devices must be at least 2")
    return options


def _prepare(options: argparse.Namespace) -> tuple[list[Subject], list[Subject]]:
    """Images and held-out data, from checkpoints; networks are trained if there are none."""
    prepare_torch()
    files = Files(options.work / "images", "mnist")
    needed = [files.inputs, files.labels]
    needed += [files.image(v, 0) for v in array_experiments.NETWORKS]
    if not all(path.exists() for path in needed):
        write_task(load("mnist", options.data), [0], options.work, files.folder)
    folder = options.work / "data"
    for name in array_experiments.MODEL_INPUTS:
        if name != "digits" and not (folder / name / "test-inputs.idx").exists():
            export(data.load(name, options.data), folder / name)
    return array_experiments.networks(files), array_experiments.models(folder)


Job = tuple[tuple[str, ...], Callable[[], dict]]


def _jobs(options: argparse.Namespace) -> list[Job]:
    """Keys in the results, and what measures them."""
    networks, models = _prepare(options)
    folder = options.work / "arrays"
    jobs: list[Job] = []

    def add(subject: Subject, experiment, recovery: str | None) -> None:
        extra = ["--calibration-inputs", array_experiments.CALIBRATION_INPUTS]
        extra = [*extra, *RECOVERIES[recovery]] if recovery else []
        key = (experiment.name, subject.name) + ((recovery,) if recovery else ())
        path = folder / "-".join(key).replace(", ", "+").replace(" ", "_")
        arguments = [*experiment.options, *extra]

        def measure() -> dict:
            return evaluate(subject, arguments, experiment.sweep, options.devices, path)

        jobs.append((key, measure))

    for experiment in EXPERIMENTS:
        chosen = [s for s in networks if s.name in experiment.networks]
        chosen = chosen or [s for s in models if s.name in array_experiments.TRIED]
        for subject in chosen:
            add(subject, experiment, None)
    for experiment in FAULTS:
        for recovery in RECOVERIES:
            add(networks[0], experiment, recovery)
    return jobs


def run(options: argparse.Namespace) -> None:
    jobs = _jobs(options)
    if options.only:
        jobs = [job for job in jobs if job[0][0] in options.only]
    results: dict = {}
    for key, measure in (bar := tqdm(jobs, desc="arrays", unit="sweep")):
        bar.set_postfix_str(" ".join(key))
        place = results
        for part in key[:-1]:
            place = place.setdefault(part, {})
        place[key[-1]] = array_report.condensed(measure())
    if options.only:
        return
    write_json(options.out / "arrays.json", {"devices": options.devices, "results": results})
    report = array_report.write(results, options.devices)
    write_atomically(options.out / "arrays.md", report.encode())
    for name, picture in arrays_plot.draw(results).items():
        write_atomically(options.out / name, picture)
    print(f"wrote {options.out / 'arrays.md'}")


def main(arguments: list[str] | None = None) -> int:
    try:
        run(_parse(arguments))
    except (OSError, ValueError) as error:
        print(f"arrays: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
