# SPDX-License-Identifier: Apache-2.0
"""MNIST and Fashion-MNIST: 28 x 28 grey pictures of 10 classes, background 0."""

from pathlib import Path

import torch

from .idx import read_idx
from .parts import Data, Part, require, split_validation, uniform_noise

SPLIT_SEED = 20260101
"""Fixed once and for all, and not tuned: any other split is another experiment."""

VALIDATION_COUNT = 5000
NOISE_COUNT = 2000
OUTSIDE_COUNT = 10000

SOURCES = {
    "mnist": "Get the four idx.gz files of MNIST (Y. LeCun, C. Cortes, C. Burges), for example "
    "from https://ossci-datasets.s3.amazonaws.com/mnist/, into that folder.",
    "fashion_mnist": "Get the four idx.gz files of Fashion-MNIST (Zalando, MIT) from "
    "https://github.com/zalandoresearch/fashion-mnist into that folder.",
}


def read_folder(folder: Path, name: str) -> tuple[Part, Part]:
    """Training and test part of "mnist" or "fashion_mnist"; files may be unpacked."""
    parts = []
    for part in ("train", "t10k"):
        stems = [f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte"]
        files = [s if (folder / name / s).exists() else s + ".gz" for s in stems]
        require(folder / name, files, SOURCES[name])
        x, y = (torch.from_numpy(read_idx(folder / name / file)) for file in files)
        parts.append(Part(x[..., None], y.long()))
    return parts[0], parts[1]


def _load(folder: Path, name: str, other: str) -> Data:
    whole, test = read_folder(folder, name)
    train, validation = split_validation(whole, VALIDATION_COUNT, SPLIT_SEED)
    outside = {
        other.replace("_", " "): read_folder(folder, other)[1].x[:OUTSIDE_COUNT],
        "rotated by 90 degrees": test.x.rot90(1, (1, 2)).contiguous(),
        "uniform noise": uniform_noise((NOISE_COUNT, *test.x.shape[1:]), SPLIT_SEED),
    }
    return Data(train, validation, test, outside)


def load_mnist(folder: Path) -> Data:
    """60,000 training digits, 5,000 of them for the threshold; 10,000 held out."""
    return _load(folder, "mnist", "fashion_mnist")


def load_fashion(folder: Path) -> Data:
    """60,000 training pictures of clothes, 5,000 of them for the threshold; 10,000 held out."""
    return _load(folder, "fashion_mnist", "mnist")
