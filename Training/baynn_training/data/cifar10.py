# SPDX-License-Identifier: Apache-2.0
"""CIFAR-10 as JPEG files in class folders: 32 x 32 colour pictures of 10 classes."""

import io
import tarfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from .image_classes import NOISE_COUNT, SPLIT_SEED, read_folder
from .parts import Data, MissingData, Part, require, split_validation, uniform_noise

CLASSES = "airplane automobile bird cat deer dog frog horse ship truck".split()
VALIDATION_COUNT = 5000
OUTSIDE_COUNT = 5000
SOURCE = (
    "It holds CIFAR-10 (A. Krizhevsky, 2009, https://www.cs.toronto.edu/~kriz/cifar.html) as "
    "train.tar.xz and test.tar.xz, each a folder of JPEG files for each class; any program that "
    "writes the pictures as files can make them."
)


def _read_archive(path: Path, part: str, cache: Path) -> Part:
    """Decodes all pictures of an archive; a copy of the pixels in `cache` saves the next time."""
    if cache.exists():
        return Part(*torch.load(cache, weights_only=True))
    pictures, labels = [], []
    with tarfile.open(path) as archive, tqdm(desc=f"reading {path.name}", unit="files") as bar:
        for member in archive:
            name = Path(member.name)
            if not member.isfile() or name.suffix != ".jpg":
                continue
            if name.parent.name not in CLASSES:
                raise ValueError(f"{path} has a folder '{name.parent.name}', which is no class")
            image = Image.open(io.BytesIO(archive.extractfile(member).read())).convert("RGB")
            if image.size != (32, 32):
                raise ValueError(f"{path}: {name} is not of 32 x 32 pixels")
            # Sorted by name below, so that the order in the archive does not matter.
            pictures.append((str(name), np.asarray(image)))
            labels.append(CLASSES.index(name.parent.name))
            bar.update()
    if not pictures:
        raise MissingData(f"{path} has no JPEG files. {SOURCE}")
    order = sorted(range(len(pictures)), key=lambda i: pictures[i][0])
    x = torch.from_numpy(np.stack([pictures[i][1] for i in order]))
    y = torch.tensor([labels[i] for i in order])
    cache.parent.mkdir(parents=True, exist_ok=True)
    torch.save((x, y), cache)
    return Part(x, y)


def _as_colour(x: Tensor) -> Tensor:
    """Grey 28 x 28 pictures as 32 x 32 of three equal channels."""
    return functional.pad(x[..., 0], (2, 2, 2, 2))[..., None].expand(-1, -1, -1, 3).contiguous()


def load(folder: Path) -> Data:
    """50,000 training pictures, 5,000 of them for the threshold; 10,000 held out."""
    from ..paths import WORK

    place = folder / "cifar10_jpg"
    require(place, ["train.tar.xz", "test.tar.xz"], SOURCE)
    whole, test = (
        _read_archive(place / f"{part}.tar.xz", part, WORK / "cifar10" / f"{part}-pixels.pt")
        for part in ("train", "test")
    )
    train, validation = split_validation(whole, VALIDATION_COUNT, SPLIT_SEED)
    outside = {
        name.replace("_", " "): _as_colour(read_folder(folder, name)[1].x[:OUTSIDE_COUNT])
        for name in ("mnist", "fashion_mnist")
    }
    outside["uniform noise"] = uniform_noise((NOISE_COUNT, 32, 32, 3), SPLIT_SEED)
    return Data(train, validation, test, outside)
