# SPDX-License-Identifier: Apache-2.0
"""The recipes of all tasks, on tiny data of the same layout."""

import math
from dataclasses import replace

import numpy as np
import pytest
import small_data
import torch

from baynn_training import export_data, read_image
from baynn_training.data import Data, Part
from baynn_training.data.idx import read_idx
from baynn_training.data.parts import IGNORE
from baynn_training.recipes import METHODS, RECIPES, command
from baynn_training.recipes.augment import (
    CardiogramAugmentation,
    NoiseAugmentation,
    PictureAugmentation,
    SoundAugmentation,
)
from baynn_training.recipes.evaluation import JUDGES
from baynn_training.recipes.figures import choose_threshold, cumulative
from baynn_training.recipes.outcome import Outcome
from baynn_training.recipes.recipe import block_options
from baynn_training.recipes.synthetic import known_inputs

SHAPES = {
    "mnist": (28, 28, 1),
    "fashion": (28, 28, 1),
    "cifar10": (32, 32, 3),
    "spoken_digits": (1, 4096, 1),
    "ecg": (1, 256, 1),
    "vessels": (64, 64, 1),
    "co2": (1, 36, 2),
}


def random_data(task: str, count: int = 4) -> Data:
    generator = torch.Generator().manual_seed(0)
    shape = (count, *SHAPES[task])
    x = torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)
    kind = RECIPES[task].kind
    if kind == "regression":
        y = torch.randn(count, len(RECIPES[task].labels), generator=generator)
    else:
        y = torch.randint(0, 2, shape[:3] if kind == "map" else (count,), generator=generator)
    return Data(Part(x, y), Part(x, y), Part(x, y), {"noise": x})


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("task", RECIPES)
def test_every_variant_is_small_and_has_few_sites(task, method):
    data = random_data(task)
    graph = RECIPES[task].build(data, method)
    bits = sum(t.numel() for name, t in graph.named_parameters() if name.endswith("latent"))
    assert bits / 8 < 500_000
    sites = len(graph.drop_probabilities)
    assert sites == 0 if method == "none" else 1 <= sites <= 6
    outputs = graph(data.test.x.float())
    expected = (4, 64, 64, 2) if task == "vessels" else (4, len(RECIPES[task].labels))
    assert outputs.shape == expected


@pytest.mark.parametrize("task", RECIPES)
def test_unknown_methods_are_refused(task):
    with pytest.raises(ValueError, match="no method 'magic'"):
        RECIPES[task].build(random_data(task), "magic")


def test_blocks_that_are_not_random_keep_the_norm():
    assert block_options("affine", is_random=False)["method"] == "none"
    assert block_options("affine", is_random=False)["norm"] == "inverted"
    with pytest.raises(ValueError, match="kind"):
        replace(RECIPES["mnist"], kind="poetry")


AUGMENTATIONS = [
    (NoiseAugmentation(3.0), (5, 1, 36, 2)),
    (PictureAugmentation(), (5, 32, 32, 3)),
    (SoundAugmentation(), (5, 1, 4096, 1)),
    (CardiogramAugmentation(), (5, 1, 256, 1)),
]


@pytest.mark.parametrize(("augment", "shape"), AUGMENTATIONS)
def test_augmentation_follows_its_generator(augment, shape):
    x = torch.randint(0, 256, shape, dtype=torch.uint8)
    a, b, c = (augment(x, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1))
    assert a.dtype == torch.uint8 and a.shape == x.shape
    assert torch.equal(a, b) and not torch.equal(a, c)


@pytest.mark.parametrize(
    ("augment", "shape"),
    [
        (NoiseAugmentation(0.0), (5, 1, 36, 2)),
        (SoundAugmentation(0, 0, 0), (5, 1, 4096, 1)),
        (CardiogramAugmentation(0, 0, 0, 0), (5, 1, 256, 1)),
    ],
)
def test_augmentation_of_nothing_changes_nothing(augment, shape):
    x = torch.randint(0, 256, shape, dtype=torch.uint8)
    assert torch.equal(augment(x, torch.Generator().manual_seed(0)), x)


def test_pictures_are_mirrored_or_not():
    x = torch.randint(0, 256, (50, 8, 8, 3), dtype=torch.uint8)
    out = PictureAugmentation(0)(x, torch.Generator().manual_seed(0))
    same = (out == x).flatten(1).all(1)
    mirrored = (out == x.flip(2)).flatten(1).all(1)
    assert (same ^ mirrored).all() and 10 < same.sum() < 40


def test_thresholds_flag_their_share():
    threshold = choose_threshold(torch.arange(200).double())
    assert threshold.value == 189.5 and (threshold.rate, threshold.samples) == (0.05, 200)
    assert choose_threshold(torch.zeros(50)).rate == 0
    with pytest.raises(ValueError, match="at least 2"):
        choose_threshold(torch.zeros(1))


def test_cumulative_curves_end_at_the_extremes():
    points = cumulative(torch.tensor([3.0, 1.0, 2.0]), 3)
    assert points == [[1.0, 0.0], [2.0, 0.5], [3.0, 1.0]]


def test_figures_of_classes():
    p = torch.tensor([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.4, 0.6]], dtype=torch.float64)
    y = torch.tensor([0, 1, 1, 0])
    outcome = Outcome(p, torch.special.entr(p).sum(1), torch.zeros(4))
    quality, _ = JUDGES["classification"](outcome, Part(torch.zeros(4, 1, 1, 1).byte(), y))
    assert quality["accuracy, %"] == 50 and quality["sensitivity, %"] == 50
    assert quality["specificity, %"] == 50 and quality["precision, %"] == 50
    assert quality["F1"] == 0.5 and quality["mean IoU"] == pytest.approx(1 / 3)
    nll = -(math.log(0.9) + math.log(0.8) + 2 * math.log(0.4)) / 4
    assert quality["NLL, nats"] == pytest.approx(nll)
    assert quality["AUROC of entropy for errors"] == 1


def test_figures_of_maps_leave_out_what_is_to_be_ignored():
    p = torch.tensor([[[[0.9, 0.1], [0.2, 0.8]]]], dtype=torch.float64)
    outcome = Outcome(p, torch.special.entr(p).sum(-1), torch.zeros(1, 1, 2))
    part = Part(torch.zeros(1, 1, 2, 1).byte(), torch.tensor([[[0, IGNORE]]], dtype=torch.uint8))
    assert JUDGES["map"](outcome, part)[0]["NLL, nats"] == pytest.approx(-math.log(0.9))
    assert outcome.scores("entropy").shape == (1,)


def test_figures_of_values():
    y = torch.tensor([[0.0, 0.0], [0.0, 0.0]])
    mean = torch.tensor([[1.0, 0.0], [3.0, 0.0]], dtype=torch.float64)
    outcome = Outcome(mean=mean, deviation=torch.ones(2, 2).double(), spread=torch.zeros(2, 2))
    quality, curves = JUDGES["regression"](outcome, Part(torch.zeros(2, 1, 1, 1).byte(), y))
    assert quality["RMSE"] == pytest.approx(math.sqrt(2.5))
    assert quality["coverage of 90 % intervals, %"] == 75
    assert quality["NLL, nats"] == pytest.approx(0.5 * math.log(2 * math.pi) + 10 / 8)
    assert curves["RMSE by output"] == [[1.0, pytest.approx(math.sqrt(5))], [2.0, 0.0]]


def test_the_least_certain_output_counts_for_the_policy():
    deviation = torch.tensor([[1.0, 3.0], [2.0, 0.5]])
    outcome = Outcome(mean=deviation, deviation=deviation, spread=deviation / 2)
    assert outcome.scores("standard deviation").tolist() == [3, 2]
    assert outcome.scores("spread").tolist() == [1.5, 1]
    assert outcome.select(torch.tensor([False, True])).scores("spread").tolist() == [1]


@pytest.mark.parametrize("shape", SHAPES.values())
def test_known_inputs_are_bytes_and_always_the_same(shape):
    inputs, again = known_inputs(shape), known_inputs(shape)
    assert len(inputs) == 4 and all(x.shape == (np.prod(shape),) for x in inputs)
    assert all(x.dtype == np.uint8 and len(np.unique(x)) > 5 for x in inputs)
    assert all(np.array_equal(x, y) for x, y in zip(inputs, again, strict=True))


@pytest.fixture
def months(tmp_path):
    small_data.write_months(tmp_path / "data", noise=0.3)
    return tmp_path


def run(folder, *extra: str) -> int:
    return command.main([
        "co2", "--data", str(folder / "data"), "--reduced",
        "--out", str(folder / "out"), "--work", str(folder / "work"), *extra,
    ])


def test_a_whole_run_and_its_repetition(months):
    assert run(months) == 0
    out = months / "out"
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert set(first) == {"co2.baynn", "README.md", "co2.png"}
    image = read_image(first["co2.baynn"])
    assert len(image.answers) == 4 and image.policy[0] == 3
    assert "| Scale Dropout |" in first["README.md"].decode()
    (months / "work" / "none-0.json").unlink()
    assert run(months) == 0
    again = (out / "co2.baynn").read_bytes()
    assert again == first["co2.baynn"]


def test_one_variant_alone_publishes_nothing(months, capsys):
    assert run(months, "--method", "none") == 0
    assert not (months / "out").exists() and "no model written" in capsys.readouterr().out


def test_a_card_of_some_variants_has_their_rows_alone(months):
    assert run(months, "--method", "none", "scale") == 0
    card = (months / "out" / "README.md").read_text()
    assert "| Scale Dropout |" in card and "| deterministic twin |" in card
    assert "| inverted norm, Affine Dropout |" not in card


def test_damaged_figures_are_explained(months, capsys):
    assert run(months, "--method", "none") == 0
    (months / "work" / "none-0.json").write_text("{")
    assert run(months, "--method", "none") == 1
    assert "none-0.json is damaged" in capsys.readouterr().err


def test_missing_data_is_explained(tmp_path, capsys):
    arguments = ["ecg", "--data", str(tmp_path), "--out", str(tmp_path / "out")]
    assert command.main(arguments) == 1
    assert "https://physionet.org" in capsys.readouterr().err
    assert export_data.main(arguments) == 1
    assert "https://physionet.org" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["poems"], "invalid choice"),
        (["co2", "--seed", "-1"], "--seed"),
        (["co2", "--reduced"], "--reduced needs --out"),
        (["co2", "--out", __file__], "is a file"),
    ],
)
def test_wrong_arguments_are_explained(arguments, message, capsys):
    with pytest.raises(SystemExit) as stop:
        command.main([*arguments, "--data", "."])
    assert stop.value.code == 2 and message in capsys.readouterr().err


def test_held_out_data_are_written_for_other_programs(months):
    arguments = ["co2", "--data", str(months / "data"), "--out", str(months / "idx")]
    assert export_data.main(arguments) == 0
    inputs = read_idx(months / "idx" / "test-inputs.idx")
    targets = read_idx(months / "idx" / "test-targets.idx")
    assert inputs.shape[1:] == (1, 36, 2) and targets.shape == (len(inputs), 12)
    assert targets.dtype == np.float32
    assert (months / "idx" / "ood-uniform-noise-inputs.idx").exists()
