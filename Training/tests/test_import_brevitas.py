# SPDX-License-Identifier: Apache-2.0
"""Networks that Brevitas exported, against their reference execution."""

from pathlib import Path

import numpy as np
import onnx
import pytest

pytest.importorskip("qonnx")

from qonnx.core.onnx_exec import execute_onnx

from baynn_training import read_image
from baynn_training.image_writer import encode_image
from baynn_training.importing import Imported, compare, import_model
from baynn_training.importing.execution import Execution

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = ("residual", "signal", "vision")
COUNT = 200
FLOAT_ERROR = 1e-5
"""Of logits that the reference computes in float32."""


def inputs_of(imported: Imported, seed: int) -> np.ndarray:
    """Bytes of varying contrast, so that labels differ."""
    generator = np.random.default_rng(seed)
    shape = COUNT, *imported.network.shape
    low, high = generator.uniform(0, 1, (2, COUNT, 1, 1, 1))
    x = (low + (high - low) * generator.uniform(0, 1, shape)) * imported.network.maximum
    return x.round().astype(np.int64)


def check_whole(imported: Imported) -> None:
    inputs = inputs_of(imported, seed=1)
    agreement = compare(imported, inputs)
    assert agreement.inputs == agreement.labels_equal == COUNT
    assert agreement.codes > 100 * COUNT and agreement.codes_different == 0, str(agreement)
    assert agreement.output_difference <= imported.output_error + FLOAT_ERROR, str(agreement)
    logits = imported.network.trace(inputs, 0).logits.reshape(COUNT, -1)
    assert len(set(logits.argmax(1).tolist())) > 1, "all inputs have one label"


@pytest.mark.parametrize("name", NAMES)
def test_exported_files(name: str) -> None:
    check_whole(import_model(FIXTURES / f"{name}.onnx"))


@pytest.mark.parametrize("name", NAMES)
def test_images_hold_what_was_imported(name: str) -> None:
    network = import_model(FIXTURES / f"{name}.onnx").network
    image = encode_image(network, [f"class {k}" for k in range(network.classes)])
    x = np.random.default_rng(2).integers(0, 256, (10, *network.shape))
    read = read_image(image).network
    assert np.array_equal(read.trace(x, 0).logits, network.trace(x, 0).logits)


def test_a_changed_weight_is_noticed() -> None:
    """The comparison can fail."""
    proto = onnx.load(FIXTURES / "vision.onnx")
    imported = import_model(proto)
    layer = imported.network.layers[0]
    layer.weights[0, 0, 0] *= -1
    agreement = compare(imported, inputs_of(imported, seed=1)[:10])
    assert agreement.codes_different > 0 and not agreement.is_full


def test_network_that_is_exported_now(tmp_path: Path) -> None:
    pytest.importorskip("brevitas", reason="brevitas is not installed: requirements-brevitas.txt")
    from brevitas_networks import export, make_network

    path = tmp_path / "vision.onnx"
    export(make_network("vision", seed=5), path)
    check_whole(import_model(path))


@pytest.mark.parametrize("name", NAMES)
def test_reference_execution_is_that_of_qonnx(name: str) -> None:
    """The comparison runs models in one session; QONNX runs their nodes one by one."""
    imported = import_model(FIXTURES / f"{name}.onnx")
    execution = Execution(imported.file)
    for x in inputs_of(imported, seed=3)[:5]:
        x = imported.onnx_input(x)
        expected = execute_onnx(imported.file.model, {imported.file.input_name: x}, True)
        tensors = execution.run(x)
        assert len(tensors) == 1 + len(imported.file.nodes)
        for key, value in tensors.items():
            assert np.allclose(value, expected[key], rtol=1e-5, atol=1e-5), key
