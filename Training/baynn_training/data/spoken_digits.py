# SPDX-License-Identifier: Apache-2.0
"""The Free Spoken Digit Dataset: ten digits by six speakers, 8 kHz."""

import wave
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from .image_classes import SPLIT_SEED
from .parts import Data, MissingData, Part, uniform_noise

LENGTH = 4096
"""Samples of an input: 0.512 s."""

RATE = 8000
TEST_RECORDINGS = range(0, 5)
"""The split that the data set's authors define."""

VALIDATION_RECORDINGS = range(5, 10)
NOISE_COUNT = 300
SOURCE = (
    "Get the Free Spoken Digit Dataset (CC BY-SA 4.0) from "
    "https://github.com/Jakobovski/free-spoken-digit-dataset into that folder."
)


def window(samples: np.ndarray) -> np.ndarray:
    """The LENGTH samples of most energy, or the whole with silence on both sides.

    samples: int16 [any]; returns u8 [LENGTH]: 128 + 127 * sample / largest magnitude,
    an automatic gain that a device can do as well.
    """
    values = samples.astype(np.float64)
    if len(values) < LENGTH:
        before = (LENGTH - len(values)) // 2
        values = np.pad(values, (before, LENGTH - len(values) - before))
    energy = np.concatenate([[0.0], np.cumsum(values**2)])
    start = int(np.argmax(energy[LENGTH:] - energy[:-LENGTH]))
    values = values[start : start + LENGTH]
    peak = max(1.0, np.abs(values).max())
    return np.rint(128 + 127 * values / peak).astype(np.uint8)


def _read(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            raise ValueError(f"{path} is not of 8 kHz, mono, 16 bits")
        return window(np.frombuffer(file.readframes(file.getnframes()), "<i2"))


def _noise(count: int, seed: int) -> Tensor:
    """White noise, its loudest sample at full scale like that of speech."""
    generator = torch.Generator().manual_seed(seed)
    values = torch.randn(count, LENGTH, generator=generator)
    values = values / values.abs().amax(1, keepdim=True)
    return (128 + 127 * values).round().byte()[:, None, :, None]


def load(folder: Path) -> Data:
    """Recordings 0 to 4 of each digit and speaker are held out, 5 to 9 set the threshold."""
    place = folder / "fsdd" / "recordings"
    paths = sorted(place.glob("*_*_*.wav"))
    if not paths:
        raise MissingData(f"{place} has no recordings. {SOURCE}")
    rows, labels, numbers = [], [], []
    for path in tqdm(paths, desc="reading recordings", unit="files", leave=False):
        label, _, number = path.stem.split("_")
        rows.append(_read(path))
        labels.append(int(label))
        numbers.append(int(number))
    x = torch.from_numpy(np.stack(rows))[:, None, :, None]
    whole, number = Part(x, torch.tensor(labels)), torch.tensor(numbers)

    def recordings(inside: range) -> Tensor:
        return (number >= inside.start) & (number < inside.stop)

    test, validation = recordings(TEST_RECORDINGS), recordings(VALIDATION_RECORDINGS)
    held_out = whole.select(test)
    outside = {
        "played backwards": held_out.x.flip(2),
        "white noise": _noise(NOISE_COUNT, SPLIT_SEED),
        "uniform bytes": uniform_noise((NOISE_COUNT, 1, LENGTH, 1), SPLIT_SEED),
    }
    parts = whole.select(~test & ~validation), whole.select(validation), held_out
    return Data(*parts, outside)
