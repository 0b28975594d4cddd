# SPDX-License-Identifier: Apache-2.0
"""Loaders of the data sets, on files of the same layout."""

import gzip
import pickle

import numpy as np
import pytest
import small_data
import torch

from baynn_training import data
from baynn_training.data import cifar10, co2, ecg, image_classes, spoken_digits, vessels
from baynn_training.data.idx import read_idx, write_idx
from baynn_training.data.parts import IGNORE, Part, split_validation


@pytest.mark.parametrize("task", data.TASKS)
def test_missing_files_are_explained(task, tmp_path):
    with pytest.raises(data.MissingData, match="into that folder|as train.tar.xz") as missing:
        data.load(task, tmp_path)
    assert str(tmp_path) in str(missing.value)


def test_unknown_tasks_are_refused(tmp_path):
    with pytest.raises(ValueError, match="no task 'cats'"):
        data.load("cats", tmp_path)


@pytest.mark.parametrize("shape", [(3,), (2, 5), (2, 3, 4), (2, 3, 4, 3)])
@pytest.mark.parametrize("kind", ["uint8", "float32"])
def test_idx_files_come_back(shape, kind, tmp_path):
    array = np.random.default_rng(0).integers(0, 256, shape).astype(kind)
    write_idx(tmp_path / "x.idx", array)
    assert (tmp_path / "x.idx").read_bytes()[:4] == bytes([0, 0, 8 if kind == "uint8" else 13,
                                                           len(shape)])
    back = read_idx(tmp_path / "x.idx")
    assert back.dtype == kind and np.array_equal(back, array)


@pytest.mark.parametrize("cut", [0, 3, 6, 11, -1])
def test_idx_files_cut_off_are_refused(cut, tmp_path):
    write_idx(tmp_path / "x.idx", np.zeros((2, 5), np.uint8))
    raw = (tmp_path / "x.idx").read_bytes()
    (tmp_path / "x.idx").write_bytes(raw[:cut])
    with pytest.raises(ValueError, match="x.idx"):
        read_idx(tmp_path / "x.idx")


def test_validation_data_are_not_training_data():
    x = torch.arange(100, dtype=torch.uint8).view(100, 1, 1, 1)
    train, validation = split_validation(Part(x, torch.arange(100)), 30, seed=0)
    assert len(train) == 70 and len(validation) == 30
    assert set(train.y.tolist()) | set(validation.y.tolist()) == set(range(100))
    assert torch.equal(train.x.flatten().long(), train.y)


def test_pictures(tmp_path):
    small_data.write_pictures(tmp_path, "mnist")
    small_data.write_pictures(tmp_path, "fashion_mnist")
    parts = data.load("fashion", tmp_path)
    assert parts.shape == (28, 28, 1) and len(parts.train) == 1000
    assert len(parts.validation) == image_classes.VALIDATION_COUNT and len(parts.test) == 300
    turned = parts.outside["rotated by 90 degrees"]
    assert torch.equal(turned[:, 0, :], parts.test.x[:, :, -1])
    assert parts.reduced(10).test.x.shape[0] == 10


def test_colour_pictures_keep_their_labels(tmp_path, monkeypatch):
    monkeypatch.setattr("baynn_training.paths.WORK", tmp_path / "work")
    monkeypatch.setattr(cifar10, "VALIDATION_COUNT", 5)
    small_data.write_colour_pictures(tmp_path)
    for name in ("mnist", "fashion_mnist"):
        small_data.write_pictures(tmp_path, name, 20, 20)
    for _ in range(2):  # from the archives, then from the copy of their pixels
        parts = data.load("cifar10", tmp_path)
        assert len(parts.train) == 15 and len(parts.validation) == 5
        assert torch.equal((parts.test.x[:, 0, 0, 0] / 20).round().long(), parts.test.y)
    assert parts.outside["mnist"].shape == (20, 32, 32, 3)
    assert parts.outside["mnist"][:, 0].max() == 0


def test_recordings_are_split_by_number(tmp_path):
    small_data.write_recordings(tmp_path)
    parts = data.load("spoken_digits", tmp_path)
    assert [len(p) for p in (parts.train, parts.validation, parts.test)] == [10, 10, 10]
    assert parts.shape == (1, spoken_digits.LENGTH, 1)
    assert torch.equal(parts.outside["played backwards"].flip(2), parts.test.x)


def test_sound_windows_hold_the_loudest_part():
    sound = np.zeros(10000, np.int16)
    sound[7000:8000] = -500
    window = spoken_digits.window(sound)
    assert (window == 1).sum() == 1000 and (window == 128).sum() == spoken_digits.LENGTH - 1000
    short = spoken_digits.window(np.array([3, -6], np.int16))
    assert short.max() == 128 + 64 and short.min() == 1 and (short == 128).sum() == 4094


def test_cardiograms_are_split_by_patient(tmp_path):
    small_data.write_cardiograms(tmp_path)
    parts = data.load("ecg", tmp_path)
    assert parts.shape == (1, ecg.LENGTH, 1)
    assert not {*ecg.TRAIN} & {*ecg.VALIDATION} and not {*ecg.TRAIN, *ecg.VALIDATION} & {*ecg.TEST}
    # The first and the last beats have no whole window around them.
    assert len(parts.train) % len(ecg.TRAIN) == 0 and 0 < parts.train.y.sum() < len(parts.train)


def test_the_median_of_a_cardiogram_is_in_the_middle():
    lead = np.linspace(5, 7, 1000)
    assert abs(int(np.median(ecg.window(lead, 500))) - 128) <= 1


def test_a_pickle_that_calls_something_is_refused(tmp_path):
    small_data.write_cardiograms(tmp_path)
    bad = pickle.dumps(print)
    (tmp_path / "mitbih_tpcp" / "data" / f"{ecg.TRAIN[0]}.pk.gz").write_bytes(gzip.compress(bad))
    with pytest.raises(pickle.UnpicklingError, match="builtins.print"):
        data.load("ecg", tmp_path)


def test_tiles_score_every_pixel_of_the_field_of_view_once(tmp_path):
    small_data.write_retinas(tmp_path)
    (retina,) = vessels._read(tmp_path / "drive", "testing")[:1]
    part = vessels.tiles(retina)
    assert (part.y == IGNORE).sum() == part.y.numel() - (retina.y != IGNORE).sum()
    assert (part.y == 1).sum() == (retina.y == 1).sum() == 4 * 100


def test_retinas(tmp_path):
    small_data.write_retinas(tmp_path)
    parts = data.load("vessels", tmp_path)
    assert len(parts.train) == vessels.TILES_PER_IMAGE and parts.shape == (64, 64, 1)
    vessel, background = parts.train.x[..., 0][parts.train.y == 1], parts.train.y == 0
    assert vessel.float().mean() < parts.train.x[..., 0][background].float().mean() - 50
    shuffled = parts.outside["pixels shuffled"]
    plain = parts.test.x[::8]
    assert torch.equal(shuffled.flatten(1).sort(1).values, plain.flatten(1).sort(1).values)


def test_forecasts_of_a_steady_season_need_no_correction(tmp_path):
    small_data.write_months(tmp_path)
    parts = data.load("co2", tmp_path)
    assert parts.shape == (1, co2.WINDOW, 2) and parts.train.y.shape[1] == co2.HORIZON
    assert parts.test.y.abs().max() < 0.05
    # Growth is 2 ppm every year, but for means rounded to 0.01 ppm.
    assert ((parts.train.x[..., 1].double() - 128).abs() <= 1).all()
    assert (parts.train.x[..., 1, -1] == 128).all()


def test_months_are_encoded_as_documented():
    history = np.zeros(48)
    history[-1] = 0.5
    history[-20] = -1.0
    within, relative = co2.encode(history).T
    assert within[-1] == 128 + 24 and within[-20] == 128 - 48 and within[-19] == 128 + 48
    # The last growth is 0.5, so that of other months is 0.5 less; month -8 grew by 1.
    assert relative[-1] == 128 and relative[-2] == 128 - 16 and relative[-8] == 128 + 16


def test_missing_months_are_refused(tmp_path):
    small_data.write_months(tmp_path)
    path = tmp_path / "co2_mauna_loa" / "co2-mm-mlo.csv"
    path.write_text(path.read_text().replace("2001-05,0,", "2001-05,0,-99.99,"))
    with pytest.raises(ValueError, match="missing months"):
        data.load("co2", tmp_path)
