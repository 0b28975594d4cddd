# SPDX-License-Identifier: Apache-2.0
"""The comparisons of methods and of normalizations, on tasks of seconds."""

import json
import math
from dataclasses import replace

import pytest
import torch

from baynn_training import Budget
from baynn_training.studies import comparison, methods, robustness, sweep, tasks
from baynn_training.studies.perturbation import (
    KINDS,
    Perturbation,
    flip,
    input_scales,
    perturbed,
    vary,
)
from baynn_training.studies.robustness_report import explained, gains, points
from baynn_training.studies.store import remember
from baynn_training.studies.tasks import Task, build_digits
from baynn_training.studies.text import spread, wrapped
from baynn_training.studies.variants import VARIANTS


def small_build(variant):
    """Of a few units, so that a test trains it at once."""
    return tasks._dense(64, 16, (12, 8, 8), variant)


@pytest.fixture
def task() -> Task:
    reduced = replace(tasks.digits(), build=small_build, augment=None).reduced(120)
    return replace(reduced, budget=Budget(epochs=1, batch=60))


@pytest.fixture
def graph(task, tmp_path):
    return comparison.trained(task, "none", 0, tmp_path)


def logits(graph, task):
    x = task.x["test"]
    with torch.no_grad():
        return graph(x, graph.draw_deterministic(len(x)))


def test_spatial_and_spindrop_are_one_in_dense_layers():
    x = torch.randint(0, 17, (30, 64), generator=torch.Generator().manual_seed(0))
    outputs = []
    for name in ("spindrop", "spatial"):
        torch.manual_seed(0)
        graph = build_digits(VARIANTS[name])
        outputs.append(graph(x, graph.draw(30, torch.Generator().manual_seed(1))))
    assert torch.equal(*outputs)
    assert not torch.equal(outputs[0], graph(x, graph.draw_deterministic(30)))


@pytest.mark.parametrize(
    ("variant", "bits", "gaussians", "units", "copies"),
    [
        ("none", 0, 0, 0, 1),
        ("scale", 2, 0, 1, 1),
        ("affine", 4, 0, 1, 1),
        ("spindrop", 64 + 256, 0, 64 + 256, 1),
        ("subset", 0, 256 + 128, 256 + 128, 1),
        ("spinbayes", 4, 0, 1, 4),
    ],
)
def test_costs_are_counted(variant, bits, gaussians, units, copies):
    cost = comparison.cost(build_digits(VARIANTS[variant]))
    assert (cost["bits"], cost["gaussians"], cost["units"]) == (bits, gaussians, units)
    hidden = 64 * 256 + 256 * 128
    assert cost["weight_bits"] == copies * hidden + 128 * 10
    assert cost["convolution_bits"] == 0


def test_a_spatial_convolution_draws_one_bit_for_nine():
    costs = [comparison.cost(tasks._convolutional(VARIANTS[v])) for v in ("spatial", "spindrop")]
    assert [cost["convolution_bits"] for cost in costs] == [16, 144]
    assert [cost["bits"] for cost in costs] == [16 + 32, 144 + 49 * 32]


def test_flips_change_their_share():
    weights = torch.ones(300, 300)
    flipped = flip(weights, 0.1, torch.Generator().manual_seed(0))
    assert (flipped < 0).double().mean().item() == pytest.approx(0.1, abs=0.005)
    assert set(flipped.unique().tolist()) == {-1.0, 1.0}
    assert torch.equal(flip(weights, 0, torch.Generator()), weights)
    assert torch.equal(flip(weights, 1, torch.Generator()), -weights)


def test_sums_vary_by_channel_and_stay_integers():
    z = torch.tensor([10.0, -10.0]).expand(3, 2)[:, :, None, None]
    varied = vary(z, torch.tensor([1.24, 1.0]), torch.tensor([0.0, 3.4]))
    assert varied[:, :, 0, 0].tolist() == [[12, -7]] * 3


def test_the_unit_of_an_offset_is_that_of_random_signs(task, graph):
    x = task.x["train"]
    scales = input_scales(graph, x)
    assert list(scales.values())[1:] == [1.0] * 3
    assert scales[0] == pytest.approx(math.sqrt((x.double() ** 2).mean().item()))
    last = [place for place in scales][-1]
    offsets = []
    for seed in range(300):
        with perturbed(graph, Perturbation("additive", 10.0), scales, seed):
            head = graph.layers[last]
            offsets.append(head.sums(torch.zeros(1, 8, 1, 1), None)[0, :, 0, 0])
    assert torch.stack(offsets).std().item() == pytest.approx(10 * math.sqrt(8), rel=0.05)


@pytest.mark.parametrize("kind", KINDS)
def test_a_device_is_faulty_only_for_a_while(kind, task, graph):
    before = logits(graph, task)
    scales = input_scales(graph, task.x["train"])
    faulty = []
    for seed in (0, 0, 1):
        with perturbed(graph, Perturbation(kind, 0.3), scales, seed):
            faulty.append(logits(graph, task))
        assert torch.equal(logits(graph, task), before)
    assert torch.equal(faulty[0], faulty[1]) and not torch.equal(faulty[0], faulty[2])
    assert not torch.equal(faulty[0], before)
    with perturbed(graph, Perturbation(kind, 0), scales, 0):
        assert torch.equal(logits(graph, task), before)


@pytest.mark.parametrize(("kind", "spread"), [("additive", True), ("drift", False)])
def test_a_drift_is_that_of_all_channels(kind, spread, task, graph):
    scales = input_scales(graph, task.x["train"])
    with perturbed(graph, Perturbation(kind, 2.0), scales, 0):
        for place in list(scales)[1:]:
            layer = graph.layers[place]
            offsets = layer.sums(torch.zeros(1, layer.kind.channels, 1, 1), None)
            assert (len(offsets.unique()) > 1) == spread


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", range(4))
def test_every_layer_with_weights_is_struck(kind, place, task, graph):
    scales = input_scales(graph, task.x["train"])
    number = list(scales)[place]
    layer = graph.layers[number]
    x = torch.randint(1, 17, (1, layer.kind.channels, 1, 1)).float()
    intact = layer.sums(x, None)
    level = 0.5 if kind == "flips" else 5.0
    with perturbed(graph, Perturbation(kind, level), scales, 3):
        assert not torch.equal(layer.sums(x, None), intact)


def test_impossible_faults_are_refused(task):
    with pytest.raises(ValueError, match="dust"):
        Perturbation("dust", 0.1)
    with pytest.raises(ValueError, match="1.5"):
        Perturbation("flips", 1.5)
    with pytest.raises(ValueError, match="finish"):
        with perturbed(small_build(VARIANTS["none"]), Perturbation("flips", 0.1), {}, 0):
            pass


def test_a_result_is_measured_once(tmp_path):
    path = tmp_path / "run.json"
    calls = []

    def measure():
        calls.append(0)
        return {"accuracy": len(calls)}

    assert remember(path, {"seed": (1, 2)}, measure) == {"accuracy": 1}
    assert remember(path, {"seed": (1, 2)}, measure) == {"accuracy": 1}
    assert remember(path, {"seed": (1, 3)}, measure) == {"accuracy": 2}
    path.write_text("{")
    with pytest.raises(ValueError, match="delete it"):
        remember(path, {"seed": (1, 3)}, measure)


def test_settings_tell_runs_apart(task):
    first = comparison.settings(task, "scale", 0)
    assert first == comparison.settings(task, "scale", 0)
    others = [
        comparison.settings(task, "scale", 1),
        comparison.settings(task, "none", 0),
        comparison.settings(replace(task, budget=Budget(epochs=2)), "scale", 0),
        comparison.settings(task.reduced(80), "scale", 0),
    ]
    assert all(first != other for other in others)


def test_figures_of_a_run(task, tmp_path):
    figures = comparison.measured(task, "scale", 0, tmp_path)
    assert 0 <= figures["accuracy"] <= 1 and figures["nll"] > 0
    assert set(figures["auroc"]) == {"uniform noise", "inverted", "rotated by 90 degrees"}
    assert figures == comparison.measured(task, "scale", 0, tmp_path)


def test_a_sweep_starts_at_the_network_without_faults(task, tmp_path, monkeypatch):
    monkeypatch.setattr(sweep, "LEVELS", {"flips": (0.0, 0.5)})
    results = sweep.measured(task, "layer", 0, 4, tmp_path)
    clean = comparison.measured(task, "layer", 0, tmp_path)
    assert results["flips"][0]["accuracy"] == [clean["accuracy"]]
    assert len(results["flips"][1]["accuracy"]) == 4
    (tmp_path / task.name / "layer-0.pt").unlink()
    monkeypatch.setattr(sweep, "trained", None)  # a second time nothing is trained
    assert sweep.measured(task, "layer", 0, 4, tmp_path) == results


def test_shares_of_a_gain():
    def sweeps(points):
        return [{"flips": [{"accuracy": points}]}]

    by = {"none": sweeps([0.5, 0.6]), "layer": sweeps([0.7, 0.9])}
    assert gains(by, "layer", "flips", 0) == pytest.approx([20, 30])
    assert [points(g) for g in (-0.04, 0.05001, -2)] == ["+0.0", "+0.1", "-2.0"]
    assert explained(20, 25) == "80 %" and explained(3, 0.5) == "–"


def test_text():
    assert spread([0.5, 0.7], 1, 100) == "60.0 ± 14.1" and spread([0.5], 2) == "0.50"
    assert wrapped("a\nb\n\n| x\n| y") == "a b\n\n| x\n| y"


@pytest.fixture
def digits_only(monkeypatch):
    """The studies, on digits in place of MNIST, which needs files."""
    monkeypatch.setattr(robustness, "load", lambda name, folder: tasks.digits())


def test_a_quick_study_of_methods_and_its_repetition(tmp_path, capsys):
    folders = ["--out", str(tmp_path / "out"), "--work", str(tmp_path / "work")]
    arguments = ["--tasks", "digits", "--seeds-of", "digits", "1", "0", "--quick", *folders]
    assert methods.main(arguments) == 0
    first = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert set(first) == {"methods.md", "methods.png", "methods.json"}
    report = first["methods.md"].decode()
    assert "nan" not in report and "Scale Dropout against its twin" in report
    assert all(len(line) <= 100 for line in report.splitlines() if not line.startswith("|"))
    assert len(json.loads(first["methods.json"])["results"]["digits"]["subset"]) == 2
    assert methods.main(arguments) == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == first


def test_a_quick_study_of_robustness(tmp_path, digits_only, monkeypatch):
    monkeypatch.setattr(robustness, "QUICK_COUNT", 100)
    folders = ["--out", str(tmp_path / "out"), "--work", str(tmp_path / "work")]
    assert robustness.main(["--seeds", "0", "--quick", *folders]) == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"robustness.md", "robustness.png", "robustness.json"}
    report = (tmp_path / "out" / "robustness.md").read_text()
    assert "nan" not in report and "LayerNorm" in report


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--seeds", "1", "1"], "different"),
        (["--quick"], "--out"),
        (["--tasks", "cats"], "--tasks"),
        (["--seeds-of", "digits"], "--seeds-of"),
        (["--tasks", "digits", "--seeds-of", "mnist", "1"], "--seeds-of"),
        (["--seeds-of", "digits", "-1"], "--seeds-of"),
    ],
)
def test_wrong_arguments_are_explained(arguments, message, capsys):
    with pytest.raises(SystemExit) as stop:
        methods.main(arguments)
    assert stop.value.code == 2 and message in capsys.readouterr().err


def test_missing_data_is_explained(tmp_path, capsys):
    assert methods.main(["--tasks", "mnist", "--work", str(tmp_path)]) == 1
    assert "--data" in capsys.readouterr().err
