# SPDX-License-Identifier: Apache-2.0
"""Data, network and budget of each comparison."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from torch import Tensor

from .. import data
from ..digits import data as digits_data
from ..digits.augment import Augmentation
from ..digits.shifts import shift
from ..graph import Graph
from ..training import Augment, Budget
from .variants import Variant

TRAINING_COUNT = 20_000
"""MNIST digits that train: a third of them, so that many networks can be trained."""

VALIDATION_COUNT = 2000
OUTSIDE_COUNT = 1000


@dataclass(frozen=True)
class Task:
    """One data set with one architecture.

    x, y: by part, "train", "validation" and "test"; inputs are integers [count, ...].
    outside: inputs that are none of the task, by name. build: makes the graph of a variant.
    """

    name: str
    title: str
    x: dict[str, Tensor] = field(repr=False)
    y: dict[str, Tensor] = field(repr=False)
    outside: dict[str, Tensor] = field(repr=False)
    build: Callable[[Variant], Graph]
    budget: Budget
    variants: tuple[str, ...]
    augment: Augment | None = None

    def reduced(self, count: int) -> "Task":
        """The first inputs of every set and one epoch, for a smoke test."""
        parts = ({k: v[:count] for k, v in d.items()} for d in (self.x, self.y, self.outside))
        x, y, outside = parts
        budget = replace(self.budget, epochs=1, batch=min(self.budget.batch, count))
        return replace(self, x=x, y=y, outside=outside, budget=budget)

    def fingerprint(self) -> str:
        """Changes with any input or label."""
        value = 0
        for tensors in (self.x, self.y, self.outside):
            for tensor in tensors.values():
                value = zlib.crc32(tensor.contiguous().numpy().tobytes(), value)
        return f"{value:08x}"

    def describe_budget(self) -> str:
        budget = self.budget
        steps = len(self.x["train"]) // budget.batch * budget.epochs
        return (
            f"{len(self.x['train']):,} training inputs, {budget.epochs} epochs of Adam with one "
            f"cosine period from {budget.learning_rate:g}, batches of {budget.batch}: "
            f"{steps:,} steps"
        )


def _dense(inputs: int, maximum: int, widths: tuple[int, ...], variant: Variant) -> Graph:
    """Inputs are channels of one position: to drop a channel is to drop an input."""
    graph = Graph((1, 1, inputs), maximum)
    x = graph.input
    for width in widths:
        x = graph.block(x, width, kernel=None, **variant.block_options)
    graph.classify(x, 10)
    return graph


def _convolutional(variant: Variant) -> Graph:
    """The first convolution is not random: its source is one map, the picture itself."""
    graph = Graph((28, 28, 1))
    x = graph.block(graph.input, 16, kernel=3, stride=2, **variant.plain_options)
    x = graph.block(x, 32, kernel=3, stride=2, **variant.block_options)
    x = graph.block(x, 256, kernel=None, **variant.block_options)
    graph.classify(x, 10)
    return graph


def build_digits(variant: Variant) -> Graph:
    return _dense(digits_data.PIXELS, digits_data.MAXIMUM, (256, 128), variant)


def build_mnist(variant: Variant) -> Graph:
    return _dense(784, 255, (512, 512, 256), variant)


def digits() -> Task:
    """scikit-learn's digits, 8 x 8; needs no files."""
    parts = digits_data.load()
    named = {"train": parts.train, "validation": parts.validation, "test": parts.test}
    names = {
        "uniform noise": "noise",
        "inverted": "inverted",
        "rotated by 90 degrees": "rotated",
    }
    return Task(
        name="digits",
        title="Digits of 8 x 8 pixels: 64-256-128-10",
        x={name: part.x for name, part in named.items()},
        y={name: part.y for name, part in named.items()},
        outside={title: shift(name, parts.test.x) for title, name in names.items()},
        build=build_digits,
        budget=Budget(epochs=150, batch=64, learning_rate=1e-2, checkpoint_epochs=50),
        variants=("none", "scale", "affine", "inverted", "spindrop", "subset", "spinbayes"),
        augment=Augmentation(),
    )


def _mnist(folder: Path, **options) -> Task:
    loaded = data.load("mnist", folder)
    parts = {
        "train": loaded.train.select(slice(0, TRAINING_COUNT)),
        "validation": loaded.validation.select(slice(0, VALIDATION_COUNT)),
        "test": loaded.test,
    }
    names = {"Fashion-MNIST": "fashion mnist", "uniform noise": "uniform noise"}
    return Task(
        x={name: part.x for name, part in parts.items()},
        y={name: part.y for name, part in parts.items()},
        outside={title: loaded.outside[name][:OUTSIDE_COUNT] for title, name in names.items()},
        budget=Budget(epochs=6, batch=100, learning_rate=1e-2, checkpoint_epochs=2),
        **options,
    )


def mnist(folder: Path) -> Task:
    return _mnist(
        folder,
        name="mnist",
        title="MNIST, dense layers: 784-512-512-256-10",
        build=build_mnist,
        variants=("none", "scale", "affine", "inverted", "spindrop", "subset", "spinbayes"),
    )


def mnist_maps(folder: Path) -> Task:
    return _mnist(
        folder,
        name="mnist_maps",
        title="MNIST, convolutions: 16 and 32 maps, 3 x 3, stride 2; dense 256; 10",
        build=_convolutional,
        variants=("none", "scale", "spindrop", "spatial"),
    )


TASKS = ("digits", "mnist", "mnist_maps")


def load(name: str, folder: Path | None) -> Task:
    """folder: of the data sets; the digits need none."""
    if name == "digits":
        return digits()
    if name not in TASKS:
        raise ValueError(f"there is no task '{name}': choose one of {', '.join(TASKS)}")
    if folder is None:
        raise ValueError(f"the task '{name}' needs --data, the folder of the data sets")
    return {"mnist": mnist, "mnist_maps": mnist_maps}[name](folder)


def prepare_torch() -> None:
    # One thread: sums in another order would make another network.
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True, warn_only=True)
