# SPDX-License-Identifier: Apache-2.0
"""Networks of the studies as images for the runtime: python -m baynn_training.studies.images"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor
from tqdm import tqdm

from ..data.idx import write_idx
from ..export import write_image
from ..graph import Graph
from ..paths import WORK
from ..policy import Policy
from ..predictive import predict
from ..recipes.figures import choose_threshold
from .comparison import trained
from .tasks import Task, load, prepare_torch

NETWORKS = {
    "mnist": ("none", "layer", "inverted", "affine", "scale"),
    "mnist_maps": ("none", "scale", "affine", "spatial", "spindrop", "subset", "spinbayes"),
}
"""Of the study of normalizations on arrays, and of that of energy: there each of the six methods
stands on one topology."""

PARITY_INPUTS = 200
VALIDATION_INPUTS = 1000


@dataclass(frozen=True)
class Files:
    """Where images and held-out data of a task lie."""

    folder: Path
    task: str

    def image(self, variant: str, seed: int) -> Path:
        return self.folder / f"{self.task}-{variant}-{seed}.baynn"

    @property
    def inputs(self) -> Path:
        return self.folder / f"{self.task}-inputs.idx"

    @property
    def labels(self) -> Path:
        return self.folder / f"{self.task}-labels.idx"


def _policy(graph: Graph, task: Task) -> Policy:
    """Abstains above the entropy that 5 % of validation inputs exceed."""
    outcome = predict(graph, task.x["validation"][:VALIDATION_INPUTS])
    threshold = choose_threshold(outcome.entropy)
    return Policy("entropy", threshold.value, threshold.rate, threshold.samples)


def write_data(task: Task, files: Files) -> None:
    """Held-out inputs, u8 [count, elements of an input], and labels, u8 [count]."""
    x: Tensor = task.x["test"]
    write_idx(files.inputs, x.byte().flatten(1).numpy())
    write_idx(files.labels, task.y["test"].byte().numpy())


def write_network(task: Task, variant: str, seed: int, work: Path, files: Files) -> Path:
    """The image of a variant, from its checkpoint; trains it first if there is none. An image
    that exists stays. Raises ValueError if its integers decide otherwise than PyTorch."""
    path = files.image(variant, seed)
    if path.exists():
        return path
    graph = trained(task, variant, seed, work)
    name = f"{task.name} {variant} {seed}"
    labels = [str(i) for i in range(10)]
    parity = task.x["test"][:PARITY_INPUTS]
    write_image(path, graph, labels, name, _policy(graph, task), parity_inputs=parity)
    return path


def write_task(task: Task, seeds: list[int], work: Path, folder: Path) -> Files:
    """All images of a task, and its held-out data."""
    files = Files(folder, task.name)
    write_data(task, files)
    jobs = [(variant, seed) for seed in seeds for variant in NETWORKS[task.name]]
    for variant, seed in (bar := tqdm(jobs, desc=f"images, {task.name}", unit="image")):
        bar.set_postfix_str(f"{variant} {seed}")
        write_network(task, variant, seed, work, files)
    return files


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m baynn_training.studies.images",
        description="Writes networks of the studies as images, and held-out data beside them.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--tasks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="of trainings (0)")
    parser.add_argument("--work", type=Path, default=WORK / "studies", help="of checkpoints")
    options = parser.parse_args(arguments)
    try:
        prepare_torch()
        for name in options.tasks:
            folder = options.work / "images"
            write_task(load(name, options.data), options.seeds, options.work, folder)
    except (OSError, ValueError) as error:
        print(f"images: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
