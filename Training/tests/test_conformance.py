# SPDX-License-Identifier: Apache-2.0
"""The conformance vectors: the files in the repository are those that this package makes."""

import base64
import json

import numpy as np
import pytest

from baynn_training import integer, make_vectors
from baynn_training.conformance import (
    image_checksum,
    layer_vectors,
    model_vectors,
    synthetic_inputs,
    tensor_checksums,
)
from baynn_training.image_reader import read_image
from baynn_training.integer_network import IntegerNetwork
from baynn_training.paths import MODELS, VECTORS
from baynn_training.philox import philox4x32
from baynn_training.posterior import Posterior, posterior_leaves
from baynn_training.reference import predict_posterior

PUBLISHED = VECTORS / make_vectors.LAYERS


@pytest.fixture(scope="module")
def cases() -> list[dict]:
    return json.loads(PUBLISHED.read_text())


@pytest.fixture(scope="module")
def networks(cases) -> list[IntegerNetwork]:
    return [read_image(base64.b64decode(case["image"])).network for case in cases]


def test_layers_are_generated_again_byte_for_byte():
    text = PUBLISHED.read_text()
    assert layer_vectors() == text
    assert len(text) < 650_000


def test_runs_are_those_of_the_images(cases, networks):
    for case, network in zip(cases, networks, strict=True):
        for run in case["runs"]:
            x = np.frombuffer(base64.b64decode(case["inputs"][run["input"]]), np.uint8)
            posterior = Posterior(
                run["posterior"], run["cut_q31"], run["passes"], int(run["seed"]), int(run["call"])
            )
            prediction = predict_posterior(network, x, posterior)
            for field in ("leaves", "samples", "mass_q31", "label", "entropy_q16",
                          "mutual_information_q16"):  # fmt: skip
                assert run[field] == getattr(prediction, field), case["name"]
            if network.is_regression:
                assert run["means"] == list(prediction.mean_q16)
                assert run["deviations"] == list(prediction.deviation_q16)
            else:
                assert run["probability_crc32"] == prediction.output_checksum()
            last = posterior_leaves(network, posterior)[-1]
            assert run["tensors"] == tensor_checksums(network, x, last.mask, last.wide)


def test_everything_is_covered(networks):
    layers = [layer for network in networks for layer in network.layers]
    kinds = {type(layer) for layer in layers}
    assert kinds == {
        integer.DenseLayer, integer.Convolution, integer.Affine, integer.Normalization,
        integer.Pool, integer.Add, integer.Concatenate, integer.Upsample, integer.LSTM,
    }  # fmt: skip
    assert {layer.method for layer in layers} == set(range(7))
    convolutions = [layer for layer in layers if isinstance(layer, integer.Convolution)]
    assert {layer.weight_bits for layer in convolutions} == set(range(1, 9))
    assert {(layer.copies, layer.states) for layer in convolutions} >= {
        (n, s) for n in (2, 4, 8, 16) for s in (0, 1, n)
    }
    assert {layer.signed for layer in convolutions if layer.transposed} == {True, False}
    lanes = {1, 2, 31, 32, 33, 63, 64, 65}
    assert {layer.outputs for layer in convolutions} >= lanes
    assert {layer.source_channels for layer in convolutions} >= lanes
    forms = [form for network in networks for form in network.forms]
    assert {form.bits for form in forms} >= {0, 1, 2, 3, 4, 5, 7, 8}
    recurrent = [layer for layer in layers if isinstance(layer, integer.LSTM)]
    assert {(layer.bits, layer.sequence) for layer in recurrent} >= {
        (bits, sequence) for bits in (1, 2, 8) for sequence in (True, False)
    }
    assert {type(network.head) for network in networks} == set(integer.Head.__args__)
    assert {network.positions for network in networks} >= {1, 4, 16}


def test_most_tensors_and_labels_vary(cases, networks):
    """Vectors of constants would show nothing."""
    alive, labels = [], set()
    for case, network in zip(cases, networks, strict=True):
        x = synthetic_inputs(network, 16, seed=2)
        alive += [np.ptp(tensor, axis=0).any() for tensor in network.trace(x, 0).tensors[1:]]
        labels |= {(run["label"], run["posterior"]) for run in case["runs"]}
    assert np.mean(alive) > 0.97
    assert len(labels) > 12


def test_some_images_carry_known_answers(cases):
    images = [read_image(base64.b64decode(case["image"])) for case in cases]
    heads = {type(image.network.head) for image in images if image.answers}
    assert heads == set(integer.Head.__args__)
    assert {bool(image.network.wide_layers) for image in images if image.answers} == {True, False}


def test_synthetic_inputs_are_words_of_philox():
    network = read_image((MODELS / "digits" / "digits.baynn").read_bytes()).network
    x = synthetic_inputs(network, 3, seed=7)
    for i, e in ((0, 0), (1, 3), (2, 4), (2, 63)):
        word = philox4x32((e // 4, i, 0, 0), (7, 0))[e % 4]
        assert x[i, e] == word % 17


def _model_entries() -> list[dict]:
    return json.loads((VECTORS / make_vectors.MODELS_FILE).read_text())


@pytest.mark.parametrize("entry", _model_entries(), ids=lambda entry: entry["model"])
def test_model_vectors_belong_to_the_published_images(entry):
    name = entry["model"]
    image = (MODELS / name / f"{name}.baynn").read_bytes()
    assert entry["image_crc32"] == image_checksum(image)
    if name == "digits":
        assert entry == {"model": name, **model_vectors(image)}


def test_the_command_updates_only_what_it_is_told(tmp_path, capsys):
    models = tmp_path / make_vectors.MODELS_FILE
    models.write_text('[{"model": "zebra", "count": 1}]')
    assert make_vectors.main(["--out", str(tmp_path), "--models", "digits"]) == 0
    entries = json.loads(models.read_text())
    assert [entry["model"] for entry in entries] == ["digits", "zebra"]
    assert entries[1] == {"model": "zebra", "count": 1}
    assert not (tmp_path / make_vectors.LAYERS).exists()
    assert make_vectors.main(["--out", str(tmp_path), "--models", "no such model"]) == 1
    assert "no such model" in capsys.readouterr().err
