# SPDX-License-Identifier: Apache-2.0
"""python -m baynn_training.import_onnx"""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("qonnx")

import onnx
from onnx_graphs import OnnxGraph

from baynn_training import import_onnx, read_image
from baynn_training.reference import predict_default

FIXTURES = Path(__file__).parent / "fixtures"


def run(*arguments: object) -> None:
    import_onnx.main([str(argument) for argument in arguments])


def test_writes_an_image_with_known_answers(tmp_path: Path, capsys) -> None:
    out = tmp_path / "model.baynn"
    run(FIXTURES / "vision.onnx", "-o", out, "--labels", "a,b,c,d", "--name", "v", "--check", 5)
    image = read_image(out.read_bytes())
    assert list(image.labels) == ["a", "b", "c", "d"]
    assert image.name == "v" and len(image.answers) == 2
    answer = image.answers[0]
    assert predict_default(image.network, answer.x).label == answer.label
    text = capsys.readouterr().out
    assert "5 inputs: 5 labels equal, 0 of" in text and "rounded to fixed point" in text


def test_inputs_of_a_file_and_labels_of_a_file(tmp_path: Path, capsys) -> None:
    labels, inputs = tmp_path / "labels.txt", tmp_path / "inputs.npy"
    labels.write_text("\n".join("abcde"))
    np.save(inputs, np.random.default_rng(0).integers(0, 256, (3, 64)).astype(np.uint8))
    options = ["--labels-file", labels, "--check-inputs", inputs]
    run(FIXTURES / "signal.onnx", "-o", tmp_path / "out", *options)
    assert "3 inputs: 3 labels equal" in capsys.readouterr().out
    np.save(inputs, np.zeros((3, 5), np.uint8))
    with pytest.raises(SystemExit, match="does not hold inputs of 64 elements"):
        run(FIXTURES / "signal.onnx", "-o", tmp_path / "out", *options)


def test_normalization_of_the_options(tmp_path: Path) -> None:
    graph = OnnxGraph(1, 2, 6, 6)
    graph.node("GlobalAveragePool", graph.bipolar(graph.norm(graph.conv("x", (3, 2, 3, 3)), 3)))
    onnx.save(graph.model(), tmp_path / "model.onnx")
    options = ["--divide", "255", "--mean", "0.25,0.5", "--deviation", "0.5", "--check", 20]
    out = tmp_path / "out"
    run(tmp_path / "model.onnx", "-o", out, "--labels", "a,b,c", "--input-maximum", 200, *options)
    assert read_image(out.read_bytes()).network.maximum == 200


def test_differences_are_not_written(tmp_path: Path, monkeypatch) -> None:
    def broken(*arguments: object) -> object:
        agreement = import_onnx.Agreement(inputs=3, labels_equal=2, codes=9, codes_different=1)
        agreement.by_tensor.update(first=0, second=1)
        return agreement

    monkeypatch.setattr(import_onnx, "compare", broken)
    out = tmp_path / "out"
    arguments = [FIXTURES / "vision.onnx", "-o", out, "--labels", "a,b,c,d"]
    with pytest.raises(SystemExit, match="first hidden tensor that differs is 'second'"):
        run(*arguments)
    assert not out.exists()
    run(*arguments, "--allow-differences")
    assert out.exists()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--labels", "a,b"], "2 labels for 4 classes"),
        (["--labels", "a,b,c,d", "--dense"], "layer 1 is a convolution that cannot be dense"),
        (["--labels", "a,b,c,d", "--noise", "1,2"], "2 standard deviations for 4 outputs"),
        (["--labels", "a,b,c,d", "--mean", "1,2"], "2 numbers for the mean of 1 input channels"),
    ],
)
def test_what_does_not_fit_the_model(tmp_path: Path, options: list[str], reason: str) -> None:
    with pytest.raises(SystemExit, match=reason):
        run(FIXTURES / "vision.onnx", "-o", tmp_path / "out", "--check", 1, *options)
    assert not list(tmp_path.iterdir())


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="No such file"):
        run(tmp_path / "missing.onnx", "-o", tmp_path / "out", "--labels", "a,b")
