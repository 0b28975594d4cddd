# SPDX-License-Identifier: Apache-2.0
"""Data sets of all tasks, read from the files that their authors publish."""

from pathlib import Path

from . import cifar10, co2, ecg, image_classes, spoken_digits, vessels
from .parts import Data, MissingData, Part

_LOADERS = {
    "mnist": image_classes.load_mnist,
    "fashion": image_classes.load_fashion,
    "cifar10": cifar10.load,
    "spoken_digits": spoken_digits.load,
    "ecg": ecg.load,
    "vessels": vessels.load,
    "co2": co2.load,
}
TASKS = tuple(_LOADERS)


def load(task: str, folder: Path) -> Data:
    """Loads a task's data from its folder inside `folder`.

    Raises MissingData, which says where to get the files, if they are not there.
    """
    if task not in _LOADERS:
        raise ValueError(f"there is no task '{task}': choose one of {', '.join(TASKS)}")
    return _LOADERS[task](Path(folder))


__all__ = ["TASKS", "Data", "MissingData", "Part", "load"]
