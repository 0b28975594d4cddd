# SPDX-License-Identifier: Apache-2.0
"""Beats of the MIT-BIH Arrhythmia Database: premature ventricular contraction or not."""

import gzip
import pickle
from pathlib import Path

import numpy as np
import torch
from scipy.signal import decimate

from .image_classes import SPLIT_SEED
from .parts import Data, Part, require, uniform_noise

CLASSES = ("other beat", "ventricular beat")
RATE = 120
"""Samples a second, after decimation by 3 of 360."""

LENGTH = 256
"""Samples of an input: 1.07 s before and after the R peak, so the beats beside it too."""

CODES_PER_MILLIVOLT = 50
TRAIN = (100, 102, 104, 106, 200)
VALIDATION = (108, 114, 121)
TEST = (105, 116, 119, 123)
"""Split by patient, fixed beforehand; all parts have ventricular beats."""

SOURCE = (
    "Get the records of the MIT-BIH Arrhythmia Database (ODC-By, https://physionet.org/content/"
    "mitdb/) as the example data of the package tpcp holds them "
    "(https://github.com/mad-lab-fau/tpcp, example_data/ecg_mit_bih_arrhythmia) into that folder."
)


class _FrameUnpickler(pickle.Unpickler):
    """A pickle may call anything; these files need pandas and numpy alone."""

    def find_class(self, module: str, name: str) -> object:
        if module.split(".")[0] not in ("pandas", "numpy") and (module, name) != (
            "builtins",
            "slice",
        ):
            raise pickle.UnpicklingError(f"the file asks for {module}.{name}: it is no data frame")
        return super().find_class(module, name)


def _read_record(place: Path, record: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lead 0 in millivolts at 120 Hz, R peaks in its samples, and whether each is a PVC."""
    with gzip.open(place / f"{record}.pk.gz") as file:
        lead = _FrameUnpickler(file).load()["ecg"].to_numpy()
    peaks = np.loadtxt(place / f"{record}_all.csv", int, delimiter=",", skiprows=1, ndmin=2)[:, 1]
    ectopic = np.loadtxt(place / f"{record}_pvc.csv", int, delimiter=",", skiprows=1, ndmin=2)
    return decimate(lead, 3, ftype="fir"), np.rint(peaks / 3).astype(int), np.isin(
        peaks, ectopic[:, 1]
    )


def window(lead: np.ndarray, centre: int) -> np.ndarray:
    """u8 [LENGTH] around a sample, its median at 128: the baseline wanders."""
    cut = lead[centre - LENGTH // 2 : centre + LENGTH // 2]
    codes = 128 + CODES_PER_MILLIVOLT * (cut - np.median(cut))
    return np.rint(codes).clip(0, 255).astype(np.uint8)


def _beats(place: Path, records: tuple[int, ...]) -> Part:
    rows, labels = [], []
    for record in records:
        lead, peaks, is_ectopic = _read_record(place, record)
        for peak, label in zip(peaks, is_ectopic, strict=True):
            if LENGTH // 2 <= peak <= len(lead) - LENGTH // 2:
                rows.append(window(lead, peak))
                labels.append(int(label))
    return Part(torch.from_numpy(np.stack(rows))[:, None, :, None], torch.tensor(labels))


def load(folder: Path) -> Data:
    """Beats of 5 patients to train, of 3 to set the threshold, of 4 held out."""
    place = folder / "mitbih_tpcp" / "data"
    files = [f"{r}{e}" for r in (*TRAIN, *VALIDATION, *TEST) for e in (".pk.gz", "_all.csv")]
    require(place, files, SOURCE)
    train, validation, test = (_beats(place, part) for part in (TRAIN, VALIDATION, TEST))
    outside = {
        "upside down": (256 - test.x.int()).clamp(0, 255).byte(),
        "played backwards": test.x.flip(2),
        "uniform noise": uniform_noise((2000, 1, LENGTH, 1), SPLIT_SEED),
    }
    return Data(train, validation, test, outside)
