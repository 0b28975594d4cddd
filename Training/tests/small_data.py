# SPDX-License-Identifier: Apache-2.0
"""Files like those of the data sets, tiny and of random content."""

import gzip
import io
import struct
import tarfile
import wave
from pathlib import Path

import numpy as np
import pandas
from PIL import Image

from baynn_training.data import cifar10, ecg


def _gzipped_idx(path: Path, array: np.ndarray) -> None:
    head = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(head + array.tobytes()))


def write_pictures(folder: Path, name: str, train: int = 6000, test: int = 300) -> None:
    """"mnist" or "fashion_mnist"."""
    random = np.random.default_rng(0)
    for part, count in (("train", train), ("t10k", test)):
        x = random.integers(0, 256, (count, 28, 28), np.uint8)
        _gzipped_idx(folder / name / f"{part}-images-idx3-ubyte.gz", x)
        y = random.integers(0, 10, count).astype(np.uint8)
        _gzipped_idx(folder / name / f"{part}-labels-idx1-ubyte.gz", y)


def write_colour_pictures(folder: Path, each: int = 2) -> None:
    (folder / "cifar10_jpg").mkdir(parents=True)
    for part in ("train", "test"):
        with tarfile.open(folder / "cifar10_jpg" / f"{part}.tar.xz", "w:xz") as archive:
            for k, name in enumerate(cifar10.CLASSES):
                for i in range(each):
                    data = io.BytesIO()
                    Image.new("RGB", (32, 32), (20 * k, 100, 40 * i)).save(data, "JPEG")
                    member = tarfile.TarInfo(f"{part}/{name}/{i:04}.jpg")
                    member.size = len(data.getvalue())
                    archive.addfile(member, io.BytesIO(data.getvalue()))


def write_recordings(folder: Path) -> None:
    """Recordings 0, 5 and 10 of each digit by one speaker."""
    place = folder / "fsdd" / "recordings"
    place.mkdir(parents=True)
    random = np.random.default_rng(0)
    for digit in range(10):
        for number in (0, 5, 10):
            with wave.open(str(place / f"{digit}_nobody_{number}.wav"), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(8000)
                length = 1000 + 2000 * (digit % 3)
                file.writeframes(random.integers(-999, 999, length).astype("<i2").tobytes())


def write_cardiograms(folder: Path) -> None:
    place = folder / "mitbih_tpcp" / "data"
    place.mkdir(parents=True)
    random = np.random.default_rng(0)
    for record in (*ecg.TRAIN, *ecg.VALIDATION, *ecg.TEST):
        frame = pandas.DataFrame({"ecg": random.normal(0, 0.3, 12000)})
        frame.to_pickle(place / f"{record}.pk.gz")
        peaks = np.arange(100, 12000, 300)
        pandas.Series(peaks, name="R").to_csv(place / f"{record}_all.csv")
        pandas.Series(peaks[::5], name="PVC").to_csv(place / f"{record}_pvc.csv")


def write_retinas(folder: Path, count: int = 5) -> None:
    """Pictures of 100 x 90 pixels with one vertical vessel."""
    random = np.random.default_rng(0)
    columns = np.arange(90)
    inside = np.broadcast_to((columns > 10) & (columns < 80), (100, 90))
    vessel = np.broadcast_to((columns > 40) & (columns < 45), (100, 90))
    for part, first in (("training", 21), ("testing", 1)):
        for kind in ("images", "1st_manual", "mask"):
            (folder / "drive" / part / kind).mkdir(parents=True)
        for number in range(first, first + count):
            place, stem = folder / "drive" / part, f"{number:02}"
            noise = random.integers(0, 60, (100, 90, 3)).astype(np.uint8)
            pixels = np.where((inside & ~vessel)[..., None], 120, 20).astype(np.uint8) + noise
            Image.fromarray(pixels).save(place / "images" / f"{stem}_{part}.tif")
            Image.fromarray(inside.astype(np.uint8) * 255).save(place / "mask" / f"{stem}_mask.gif")
            Image.fromarray(vessel.astype(np.uint8) * 255).save(
                place / "1st_manual" / f"{stem}_manual1.gif"
            )


def write_months(folder: Path, noise: float = 0.0) -> None:
    """From 1990 to 2015, a trend of 2 ppm a year and a season. noise: ppm."""
    random = np.random.default_rng(0)
    (folder / "co2_mauna_loa").mkdir(parents=True)
    lines = ["Date,Decimal Date,Average,Interpolated,Trend,Number of Days"]
    for month in range(26 * 12):
        value = 350 + month / 6 + 3 * np.sin(2 * np.pi * month / 12)
        value += noise * random.standard_normal()
        lines.append(f"{1990 + month // 12}-{month % 12 + 1:02},0,{value:.2f},0,-01,-9.99,-0.99")
    (folder / "co2_mauna_loa" / "co2-mm-mlo.csv").write_text("\n".join(lines) + "\n")
