# SPDX-License-Identifier: Apache-2.0
"""The studies on emulated arrays: what they ask the tool for, and what they say about it."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from baynn_training import Budget, read_image
from baynn_training.benchmarks import report as speed_report
from baynn_training.data.idx import read_idx
from baynn_training.policy import MEASURES
from baynn_training.studies import array_tool, arrays_plot, energy_plot, images, tasks
from baynn_training.studies import array_report as report
from baynn_training.studies import energy_report as energy
from baynn_training.studies.array_experiments import (
    EXPERIMENTS,
    FAULTS,
    MODEL_INPUTS,
    RECOVERIES,
    TRIED,
)
from baynn_training.studies.array_tool import Subject
from baynn_training.studies.images import NETWORKS, Files

STEP = {
    "row_writes": 3.0,
    "cell_writes": 4.0,
    "cell_verifies": 5.0,
    "macs": 6.0,
    "energy_picojoules": 7000.0,
    "time_microseconds": 8.0,
}


def instance(accuracy: float, metric: str = "accuracy") -> dict:
    metrics = {"negative_log_likelihood": 1 - accuracy, metric: accuracy}
    metrics |= dict.fromkeys(("expected_calibration_error", "mean_entropy", "abstention"), 0.25)
    return {"metrics": metrics, "programming": STEP, "inference": STEP, "scrubbing": STEP}


def document(points: dict[tuple[tuple[str, float], ...], list[dict]]) -> dict:
    return {
        "settings": {"inputs": 200},
        "without_arrays": {m: 0.75 for m in report.METRICS},
        "points": [
            {"values": dict(at), "arrays": 3, "unusable": 0, "instances": devices}
            for at, devices in points.items()
        ],
    }


def swept(experiment, metric: str = "accuracy") -> dict:
    """Devices that are a little worse at each further value."""
    points = {}
    for i, value in enumerate(experiment.values):
        for field, others in experiment.grid.items() or [(None, [0.0])]:
            for other in others:
                at = ((experiment.axis, value),) + (((field, other),) if field else ())
                points[at] = [instance(0.9 - 0.01 * i + 0.001 * d, metric) for d in range(3)]
    return report.condensed(document(points))


@pytest.fixture
def results() -> dict:
    found = {}
    for experiment in EXPERIMENTS:
        names = experiment.networks or TRIED
        found[experiment.name] = {
            n: swept(experiment, "root_mean_squared_error" if n == "co2" else "accuracy")
            for n in names
        }
    for experiment in FAULTS:
        found[experiment.name] = {"none": {r: swept(experiment) for r in RECOVERIES}}
    return found


def test_devices_that_cannot_be_used_count_nowhere():
    devices = [instance(0.5), {"failure": "labels", "metrics": {}}, instance(0.7)]
    point = report.condensed(document({(("stuck", 1.0),): devices}))["points"][0]
    assert point["metrics"]["accuracy"] == [0.5, 0.7]
    assert point["costs"]["scrubbing"]["energy_nanojoules"] == 7
    assert point["costs"]["scrubbing"]["cells_read"] == 5
    assert "calibration" not in point["costs"]
    assert report.text(point, "accuracy") == "60.0 ± 14.1"
    assert report.text(point, "root_mean_squared_error") == "–"


def test_points_are_sorted_and_found():
    points = {(("stuck", v),): [instance(v / 10)] for v in (5.0, 1.0, 2.0)}
    found = report.condensed(document(points))
    assert [p["at"]["stuck"] for p in found["points"]] == [1, 2, 5]
    assert report.at(found, stuck=2)["metrics"]["accuracy"] == [0.2]


def test_the_report_says_what_was_measured(results):
    point = results["deviation"]["layer"]["points"][0]
    point["metrics"]["accuracy"] = [0.125, 0.125]
    results["retention"]["none"]["points"][-1]["unusable"] = 17
    text = report.write(results, 3)
    assert "12.5 ± 0.0" in text
    assert "17 devices could not be used" in text
    assert text.count("| scrubbed, calibrated |") == sum(len(e.values) for e in FAULTS)
    assert all(f"| {name} | {MODEL_INPUTS[name]} |" in text for name in TRIED)


def test_pictures_can_be_drawn(results):
    pictures = arrays_plot.draw(results)
    assert len(pictures) == 3
    assert all(p.startswith(b"\x89PNG") for p in pictures.values())


def test_a_point_without_devices_is_left_out_of_pictures(results):
    for name in results["retention"]:
        results["retention"][name]["points"][-1]["metrics"] = {}
    assert arrays_plot.draw_networks(results).startswith(b"\x89PNG")


@pytest.fixture
def tool(tmp_path, monkeypatch) -> Path:
    """A tool that writes its arguments to the file after --json."""
    path = tmp_path / "baynn"
    path.write_text(
        "#!/usr/bin/env python3\nimport json, sys\n"
        "if '--fail' in sys.argv: sys.exit('no such option')\n"
        "open(sys.argv[-1], 'w').write(json.dumps(sys.argv[1:]))\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(array_tool, "TOOL", path)
    return path


@pytest.fixture
def subject(tmp_path) -> Subject:
    for name in ("m.baynn", "x.idx"):
        (tmp_path / name).write_bytes(b"content")
    return Subject("m", "a model", tmp_path / "m.baynn", tmp_path / "x.idx", None, 20)


def test_the_tool_is_asked_for_what_is_wanted(tool, subject, tmp_path):
    said = array_tool.evaluate(
        subject, ["--stability", 40], {"stuck": (0.5, 10), "active-rows": (8,)}, 30, tmp_path / "r"
    )
    assert said[:4] == ["array", "evaluate", str(subject.image), str(subject.inputs)]
    text = " ".join(said)
    for part in ("--limit 20", "--instances 30", "--stability 40", "--sweep stuck=0.5,10",
                 "--sweep active-rows=8"):
        assert part in text


def test_other_settings_have_a_file_of_their_own(tool, subject, tmp_path):
    kept = lambda s=subject, o=(): array_tool._kept(tmp_path / "r", s, o)  # noqa: E731
    before = kept()
    assert kept() == before
    assert kept(o=("--ecc",)) != before
    subject.image.write_bytes(b"another")
    image = kept()
    assert image != before
    tool.write_text(tool.read_text() + "\n")
    assert kept() != image


def test_energy_is_measured_once(tool, subject, tmp_path):
    first = array_tool.energy(subject, [], tmp_path / "e")
    next(tmp_path.glob("e-*.json")).write_text(json.dumps("kept"))
    assert first[0] == "array" and array_tool.energy(subject, [], tmp_path / "e") == "kept"


def test_a_failing_tool_says_why(tool, subject, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="no such option"):
        array_tool.evaluate(subject, ["--fail"], {}, 2, tmp_path / "r")
    monkeypatch.setattr(array_tool, "TOOL", tmp_path / "nothing")
    with pytest.raises(ValueError, match="make tool"):
        array_tool.evaluate(subject, [], {}, 2, tmp_path / "r")


def figures(**kinds: float) -> dict:
    energies = dict.fromkeys(energy.KINDS, 1.0) | kinds
    return {"networks": 1.0, "energy": energies, "time": 2.0, "random_bits": 4.0, "macs": 5.0}


def method(**kinds: float) -> dict:
    return {
        "inputs": 20,
        "arrays": 3,
        "costs": {"random-bit": 700.0, "random-bit-time": 30.0},
        "sources": {"random-bit": "assumption", "random-bit-time": "assumption"},
        "posteriors": {"sampled": figures(**kinds), "deterministic": figures()},
    }


@pytest.fixture
def energies() -> dict:
    """In the order of the papers, unless random bits are nearly free."""
    by = {name: method(buffer=9.0) for name in NETWORKS["mnist_maps"]}
    by |= {"scale": method(), "spatial": method(random_bit=2.0),
           "spindrop": method(random_bit=4.0, cell_read=0.0)}
    return {"pass": by, "passes": by, "models": {n: method() for n in MODEL_INPUTS}}


def test_one_price_changes_one_part():
    assert energy.total(figures(conversion=3.0)) == 7
    assert energy.total(figures(conversion=3.0), "conversion", 10) == 34
    assert energy.total(figures(conversion=3.0), "buffer", 0.1) == pytest.approx(6.1)


def test_a_price_that_changes_the_order_is_named(energies):
    assert energy.orders(energies, "pass")["random_bit", 1.0] == list(energy.ORDER)
    text = energy.write(energies)
    assert "It changes with cell-read x 3, cell-read x 10, random-bit x 0.1, random-bit x 0.3." in (
        " ".join(text.split())
    )
    assert "(!)" in text
    assert energy_plot.draw(energies).startswith(b"\x89PNG")


def test_another_order_than_the_papers_is_said_to_be_one(energies):
    energies["pass"]["scale"] = method(cell_read=50.0)
    assert "That is not the order of the papers" in " ".join(energy.write(energies).split())


def test_networks_become_images(tmp_path):
    reduced = replace(
        tasks.digits(), build=lambda v: tasks._dense(64, 16, (12, 8), v), augment=None
    ).reduced(120)
    task = replace(reduced, budget=Budget(epochs=1, batch=60))
    files = Files(tmp_path / "images", task.name)
    images.write_data(task, files)
    path = images.write_network(task, "affine", 0, tmp_path, files)
    assert read_image(path.read_bytes()).policy[0] == MEASURES["entropy"]
    assert np.array_equal(read_idx(files.inputs), task.x["test"].numpy().reshape(-1, 64))
    assert np.array_equal(read_idx(files.labels), task.y["test"].numpy())
    path.write_bytes(b"kept")
    images.write_network(task, "affine", 0, tmp_path, files)
    assert path.read_bytes() == b"kept"


def rate(value: float) -> dict[str, float]:
    return {"by_clock": value, "by_processor": value, "busy": 1.0}


def test_speed_is_compared_with_the_fastest_way_of_a_peer():
    rates = {f"{n}, deterministic": rate(300.0) for n in speed_report.OURS}
    rates |= {"torch noise, 1 x 2 threads": rate(10.0), "torch noise, 2 x 1 threads": rate(50.0)}
    machine = {"threads": 2, "rounds": 1, "seconds": 1.0, "torch": "2", "processor": "one"}
    text = speed_report.write(machine, rates)
    assert "| bits against torch noise | 10 x | 6.0 x | 6.0 x | **not met** |" in text
    assert "| columns against torch noise | 3 x | 6.0 x | 6.0 x | met |" in text
    assert "| bits against aihwkit | 50 x | not measured |" in text
