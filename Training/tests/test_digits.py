# SPDX-License-Identifier: Apache-2.0
"""The digits recipe, on a budget of two epochs."""

import pytest
import torch

from baynn_training import Budget, read_image, train_digits
from baynn_training.digits import artifacts, data
from baynn_training.digits.augment import Augmentation
from baynn_training.digits.evaluation import choose_policy
from baynn_training.digits.recipe import Recipe
from baynn_training.digits.shifts import SHIFTS, shift
from baynn_training.digits.tuning import VARIANTS, cross_validate
from baynn_training.predictive import Predictive


@pytest.fixture(scope="module")
def digits():
    return data.load()


def test_the_split_is_whole_disjoint_and_stratified(digits):
    parts = (digits.train, digits.validation, digits.test)
    assert [len(part) for part in parts] == [1147, 200, 450]
    for part in parts:
        shares = torch.bincount(part.y, minlength=10) / len(part)
        assert (shares - 0.1).abs().max() < 0.015
        assert part.x.min() == 0 and part.x.max() == 16
    # No two of the digits are alike, so equal rows would be one digit in two parts.
    rows = {row.numpy().tobytes() for part in parts for row in part.x}
    assert len(rows) == 1797
    assert torch.equal(data.load().test.x, digits.test.x)


def test_augmentation_keeps_the_range_and_follows_its_generator(digits):
    x = digits.train.x[:50]

    def varied(seed: int) -> torch.Tensor:
        return Augmentation()(x, torch.Generator().manual_seed(seed))

    assert torch.equal(varied(0), varied(0)) and not torch.equal(varied(0), varied(1))
    assert varied(0).min() >= 0 and varied(0).max() <= 16
    assert torch.equal(varied(0), varied(0).round())
    none = Augmentation(0, 0, 0, 0, 0)(x, torch.Generator().manual_seed(0))
    assert torch.equal(none, x)


@pytest.mark.parametrize("name", SHIFTS)
def test_shifts_are_inputs_too(digits, name):
    x = digits.test.x
    shifted = shift(name, x)
    assert shifted.shape == x.shape and not torch.equal(shifted, x)
    assert shifted.min() == 0 and shifted.max() == 16
    assert torch.equal(shifted, shifted.round()) and torch.equal(shifted, shift(name, x))


def test_rotation_is_a_quarter_turn_to_the_left():
    x = torch.arange(64.0)[None]
    turned = shift("rotated", x).view(8, 8)
    assert turned[0, 0] == 7 and turned[7, 0] == 0 and turned[0, 7] == 63


def test_shuffling_keeps_the_ink(digits):
    x = digits.test.x
    assert torch.equal(shift("shuffled", x).sort(1).values, x.sort(1).values)


def test_unknown_shifts_are_refused(digits):
    with pytest.raises(ValueError, match="mirrored"):
        shift("mirrored", digits.test.x)


def test_the_policy_flags_its_share():
    confidence = torch.linspace(0.5, 1, 200, dtype=torch.float64)
    p = torch.stack([confidence, 1 - confidence], 1)[None]
    policy = choose_policy("entropy", Predictive(p, torch.ones(1, dtype=torch.float64)))
    assert (policy.rate, policy.samples) == (0.05, 200)


def test_cross_validation_predicts_every_training_digit_once(digits):
    recipe = Recipe(budget=Budget(epochs=2))
    outcome = cross_validate("short", recipe, digits.train)
    assert outcome.title == "short" and 0.3 < outcome.accuracy < 1 and outcome.nll > 0
    assert VARIANTS["deterministic"].drop_probability == 0


def run(folder, *extra: str) -> int:
    arguments = ["--out", str(folder / "out"), "--work", str(folder / "work"), "--epochs", "2"]
    return train_digits.main([*arguments, "--seeds", "3", "4", *extra])


def test_a_whole_run_and_its_repetition(tmp_path, capsys):
    assert run(tmp_path) == 0
    out = tmp_path / "out"
    names = {"digits.baynn", "digits-test.u8", "digits.png", "README.md"}
    assert {path.name for path in out.iterdir()} == names | {artifacts.PARITY, artifacts.POSTERIOR}
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    card = first["README.md"].decode()
    assert "nan" not in card and "Seeds: 3, 4" in card
    image = read_image(first["digits.baynn"])
    assert len(image.answers) == 16
    assert f"{int.from_bytes(first['digits.baynn'][-4:], 'little'):08x}" in card
    # Three runs from their checkpoints, and one from nothing again.
    (tmp_path / "work" / "bayesian-3.pt").unlink()
    assert run(tmp_path) == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first
    assert "accuracy" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--seeds", "1", "1"], "different"),
        (["--seeds", "-1"], "--seeds"),
        (["--seeds", "x"], "--seeds"),
        (["--epochs", "0"], "--epochs"),
        (["--out", __file__], "is a file"),
        (["--work", __file__], "is a file"),
        (["--data", "x"], "--data"),
    ],
)
def test_wrong_arguments_are_explained(arguments, message, capsys):
    with pytest.raises(SystemExit) as stop:
        train_digits.main(arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_foreign_checkpoints_are_explained(tmp_path, capsys):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "bayesian-3.pt").write_bytes(b"not a checkpoint")
    assert run(tmp_path) == 1
    error = capsys.readouterr().err
    assert "bayesian-3.pt is no checkpoint" in error and "Traceback" not in error


def test_a_folder_that_cannot_be_made_is_explained(tmp_path, capsys):
    (tmp_path / "file").write_bytes(b"")
    assert run(tmp_path / "file") == 1
    assert "train_digits:" in capsys.readouterr().err
