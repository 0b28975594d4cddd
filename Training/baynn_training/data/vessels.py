# SPDX-License-Identifier: Apache-2.0
"""DRIVE: vessels in pictures of the retina, cut into tiles."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy.ndimage import uniform_filter
from torch import Tensor

from .image_classes import SPLIT_SEED
from .parts import IGNORE, Data, Part, require, uniform_noise

TILE = 64
STEP = 48
"""Tiles overlap; the middle 48 x 48 of each is what counts when they are put together."""

GAIN = 3
BACKGROUND = 33
"""Side of the square whose mean is the local background."""

VALIDATION_IMAGES = 4
TILES_PER_IMAGE = 100
SOURCE = (
    "Get DRIVE (J. Staal et al., 2004; for research) from https://drive.grand-challenge.org "
    "into that folder: training and testing, each with images, 1st_manual and mask."
)


@dataclass(frozen=True)
class Retina:
    """One picture. x: u8 [height, width], 128 is background; y: u8 [height, width], 1 is a
    vessel, IGNORE is outside the field of view."""

    x: np.ndarray
    y: np.ndarray


def prepare(green: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Green channel less its local mean inside the field of view, three times amplified."""
    weight = np.maximum(uniform_filter(inside.astype(float), BACKGROUND), 1e-6)
    mean = uniform_filter(np.where(inside, green, 0).astype(float), BACKGROUND) / weight
    codes = 128 + GAIN * np.where(inside, green - mean, 0)
    return np.rint(codes).clip(0, 255).astype(np.uint8)


def _read(place: Path, part: str) -> list[Retina]:
    retinas = []
    for path in sorted((place / part / "images").glob("*.tif")):
        number = path.name[:2]
        masks = sorted((place / part / "mask").glob(f"{number}_*.gif"))
        require(place / part, [f"1st_manual/{number}_manual1.gif"], SOURCE)
        inside = np.asarray(Image.open(masks[0]).convert("L")) > 127
        manual = Image.open(place / part / "1st_manual" / f"{number}_manual1.gif")
        vessels = np.asarray(manual.convert("L"))
        x = prepare(np.asarray(Image.open(path))[..., 1].astype(float), inside)
        retinas.append(Retina(x, np.where(inside, vessels > 127, IGNORE).astype(np.uint8)))
    return retinas


def starts(length: int) -> list[int]:
    """Where tiles begin along a side of a picture, so that their middles cover all of it."""
    margin = (TILE - STEP) // 2
    return list(range(-margin, length - margin, STEP))


def tiles(retina: Retina) -> Part:
    """Tiles in rows; labels of their margins and of what is outside are IGNORE."""
    height, width = retina.x.shape
    margin = (TILE - STEP) // 2
    x = np.pad(retina.x, TILE, constant_values=128)
    y = np.pad(retina.y, TILE, constant_values=IGNORE)
    xs, ys = [], []
    for top in starts(height):
        for left in starts(width):
            place = np.s_[top + TILE : top + 2 * TILE, left + TILE : left + 2 * TILE]
            label = np.full((TILE, TILE), IGNORE, np.uint8)
            middle = np.s_[margin : margin + STEP, margin : margin + STEP]
            label[middle] = y[place][middle]
            xs.append(x[place])
            ys.append(label)
    return Part(torch.from_numpy(np.stack(xs))[..., None], torch.from_numpy(np.stack(ys)))


def _random_tiles(retinas: list[Retina], seed: int) -> Part:
    """Tiles at random places in the field of view, some mirrored, some turned."""
    generator = np.random.default_rng(seed)
    xs, ys = [], []
    for retina in retinas:
        rows, columns = np.nonzero(retina.y != IGNORE)
        padded = np.pad(retina.x, TILE, constant_values=128)
        label = np.pad(retina.y, TILE, constant_values=IGNORE)
        for pick in generator.integers(0, len(rows), TILES_PER_IMAGE):
            top, left = rows[pick] + TILE // 2, columns[pick] + TILE // 2
            place = np.s_[top : top + TILE, left : left + TILE]
            turns, mirror = generator.integers(0, 4), generator.integers(0, 2)
            for source, out in ((padded, xs), (label, ys)):
                tile = np.rot90(source[place], turns)
                out.append((tile[:, ::-1] if mirror else tile).copy())
    return Part(torch.from_numpy(np.stack(xs))[..., None], torch.from_numpy(np.stack(ys)))


def _all_tiles(retinas: list[Retina]) -> Part:
    """Tiles of all pictures that have something to score."""
    parts = [tiles(retina) for retina in retinas]
    whole = Part(torch.cat([p.x for p in parts]), torch.cat([p.y for p in parts]))
    return whole.select((whole.y != IGNORE).flatten(1).any(1))


def _shuffled(x: Tensor, seed: int) -> Tensor:
    """The same pixels in random places, another order for each tile."""
    generator = torch.Generator().manual_seed(seed)
    flat = x.flatten(1)
    order = torch.rand(flat.shape, generator=generator).argsort(1)
    return flat.gather(1, order).view(x.shape)


def load(folder: Path) -> Data:
    """16 pictures to train, 4 to set the threshold, 20 held out."""
    place = folder / "drive"
    require(place, ["training/images", "testing/images", "testing/mask"], SOURCE)
    known, held_out = _read(place, "training"), _read(place, "testing")
    test = _all_tiles(held_out)
    outside = {
        "pixels shuffled": _shuffled(test.x, SPLIT_SEED)[::8].contiguous(),
        "inverted": (256 - test.x[::8].int()).clamp(0, 255).byte(),
        "uniform noise": uniform_noise((256, TILE, TILE, 1), SPLIT_SEED),
    }
    train = _random_tiles(known[:-VALIDATION_IMAGES], SPLIT_SEED)
    return Data(train, _all_tiles(known[-VALIDATION_IMAGES:]), test, outside)
