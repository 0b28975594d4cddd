# SPDX-License-Identifier: Apache-2.0
"""What cannot be imported is refused, with the node and the reason."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("qonnx")

from onnx_graphs import OnnxGraph

from baynn_training.importing import ImportProblems, InputOptions, import_model

SIZE = (1, 2, 6, 6)


def refused(graph: OnnxGraph, *outputs: str, options: InputOptions | None = None) -> str:
    """The message, without its first line."""
    with pytest.raises(ImportProblems) as caught:
        import_model(graph.model(*outputs), options)
    return "\n".join(caught.value.problems)


def bits_then(add: Callable[[OnnxGraph, str], object]) -> str:
    graph = OnnxGraph(*SIZE)
    add(graph, graph.bits())
    return refused(graph)


def test_all_operators_that_cannot_be_imported_are_named_at_once() -> None:
    graph = OnnxGraph(*SIZE)
    y = graph.node("Sigmoid", graph.node("Selu", graph.conv("x", (4, 2, 3, 3), group=2)))
    graph.node("Trunc2", y, domain="qonnx.custom_op.general")
    message = refused(graph)
    assert "operator 'Selu' (node 'selu1') cannot be imported" in message
    assert "operator 'Sigmoid' (node 'sigmoid2') cannot be imported" in message
    assert "operator 'Trunc2' of qonnx.custom_op.general (node 'trunc23')" in message
    assert "operators that can be: Add, " in message


def test_problems_of_several_nodes_are_named_at_once() -> None:
    graph = OnnxGraph(*SIZE)
    first = graph.conv("x", (4, 2, 3, 3), auto_pad="SAME_UPPER")
    second = graph.conv("x", (4, 1, 3, 3), group=2)
    graph.node("Exp", graph.node("Add", first, second))
    message = refused(graph)
    assert "Conv 'conv0': its attribute auto_pad is 'SAME_UPPER'; 'NOTSET'" in message
    assert "Conv 'conv1': its attribute group is 2; 1 can be imported" in message
    assert "operator 'Exp'" in message
    assert "Add" not in message.splitlines()[0]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"ceil_mode": 1}, "its attribute ceil_mode is 1; 0 can be imported"),
        ({"dilations": [2, 2]}, "dilations are"),
        ({"auto_pad": "VALID"}, "auto_pad"),
        ({"storage_order": 1}, "storage_order"),
    ],
)
def test_attributes_of_pools(options: dict, reason: str) -> None:
    window = {"kernel_shape": [2, 2], "strides": [2, 2], **options}
    assert reason in bits_then(lambda graph, y: graph.node("MaxPool", y, **window))


@pytest.mark.parametrize(
    ("weights", "reason"),
    [
        ([1.0, -1.0, 1.0, 0.0], "weight of 0"),
        ([1.0, -1.0, 0.3, 1.0], "not bipolar: those of output 1 range from 0.3 to 1"),
        ([1.0, -1.0, 2.0, 1.0], "not bipolar"),
        ([1.0, -1.0, np.nan, 1.0], "not finite"),
    ],
)
def test_weights_that_are_not_bipolar(weights: list[float], reason: str) -> None:
    graph = OnnxGraph(1, 2)
    graph.node("Gemm", "x", graph.constant(np.reshape(weights, (2, 2))), transB=1)
    message = refused(graph)
    assert reason in message and "Gemm 'gemm0'" in message


def test_sign_of_sums_that_can_be_zero() -> None:
    message = bits_then(
        lambda graph, y: graph.node("Sign", graph.conv(y, (4, 4, 3, 3), bias=False))
    )
    assert "Sign 'sign3': channel 0 of its input can be exactly 0" in message


def test_real_inputs_of_a_convolution() -> None:
    message = bits_then(lambda graph, y: graph.conv(graph.conv(y, (4, 4, 1, 1)), (4, 4, 1, 1)))
    assert "Conv 'conv3': its input is real-valued; put a BipolarQuant" in message


def test_padding_of_shifted_bits() -> None:
    def add(graph: OnnxGraph, y: str) -> None:
        graph.conv(graph.node("Add", y, graph.constant(0.5)), (4, 4, 3, 3), pads=[1] * 4)

    assert "it pads with 0, but its input is shifted" in bits_then(add)


def test_normalized_input_needs_rounding() -> None:
    options = InputOptions(mean=(3,))
    graph = OnnxGraph(*SIZE)
    graph.conv("x", (4, 2, 3, 3), pads=[1] * 4)
    assert "--round-input" in refused(graph, options=options)


def test_another_scale_for_each_channel_needs_rounding() -> None:
    options = InputOptions(deviation=(3, 4))
    graph = OnnxGraph(*SIZE)
    graph.conv("x", (4, 2, 3, 3))
    assert "--round-input" in refused(graph, options=options)


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ((1, 2, "height", 6), "axes [2] of input 'x' are dynamic"),
        ((8, 2, 6, 6), "batch of 8"),
        ((1, 2, 6, 6, 6), "5 axes"),
    ],
)
def test_shapes_of_inputs(shape: tuple, reason: str) -> None:
    graph = OnnxGraph(*shape)
    graph.node("Identity", "x")
    assert reason in refused(graph)


def test_order_of_axes() -> None:
    graph = OnnxGraph(1, 6, 6, 2)
    graph.conv("x", (4, 6, 3, 1))
    graph.head(graph.nodes[-1].output[0], 4 * 4 * 2)
    message = refused(graph, options=InputOptions(layout="channels_last"))
    assert "is not a map in the order [N, C, H, W]" in message and "--input-layout" in message


def test_constants_that_differ_between_positions() -> None:
    def add(graph: OnnxGraph, y: str) -> None:
        graph.node("Add", y, graph.constant(graph.generator.normal(0, 1, (1, 4, 6, 6))))

    assert "differs between positions" in bits_then(add)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda graph, y: graph.node("Mul", y, y), "both of its inputs depend"),
        (lambda graph, y: graph.node("Div", y, y), "its divisor depends"),
        (
            lambda graph, y: graph.node("Where", graph.node("Cast", y, to=9), y, y),
            "Cast 'cast2': its attribute to is 9",
        ),
        (lambda graph, y: graph.node("Relu", graph.node("Relu", y)), "Relu or Clip"),
        (
            lambda graph, y: graph.bipolar(graph.node("Relu", y)),
            "cuts off one side of its threshold",
        ),
        (
            lambda graph, y: graph.node("Less", graph.node("Relu", y), graph.constant(0.0)),
            "cuts off one side of its threshold",
        ),
        (lambda graph, y: graph.quant(graph.node("Relu", y), 0.4, 3), "cuts off some of its"),
        (lambda graph, y: graph.node("Transpose", y, perm=[1, 0, 2, 3]), "moves the batch"),
        (lambda graph, y: graph.node("Concat", y, y, axis=2), "only channels of equal maps"),
        (lambda graph, y: graph.node("Softmax", y, axis=2), "not that of the classes"),
        (lambda graph, y: graph.node("ReduceMean", y, axes=[1]), "it averages axes [1]"),
        (lambda graph, y: graph.quant(y, 0.4, 9), "bit width is 9"),
        (lambda graph, y: graph.quant(y, 0.4, 1, narrow=1, signed=0), "one level only"),
        (lambda graph, y: graph.quant(y, 0.4, 3, rounding_mode="UP"), "rounding_mode is UP"),
        (lambda graph, y: graph.bipolar(y, scale=0.0), "its scale is 0"),
        (
            lambda graph, y: graph.node("Neg", graph.node("Softmax", y, axis=1)),
            "follows a Softmax",
        ),
        (
            lambda graph, y: graph.node("Reshape", y, graph.constant([1, 2, 2, 36], np.int64)),
            "only axes can be joined",
        ),
        (
            lambda graph, y: graph.node("Gemm", graph.node("Flatten", y), y),
            "its weights must be constant",
        ),
        (
            lambda graph, y: graph.node("Mul", y, graph.constant(1e9)),
            "scale it down",
        ),
        (
            lambda graph, y: graph.node(
                "AveragePool", y, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 0, 0]
            ),
            "count_include_pad",
        ),
        (
            lambda graph, y: graph.node(
                "Resize", y, "", graph.constant([1, 1, 2, 2]), mode="linear"
            ),
            "its attribute mode is 'linear'",
        ),
        (
            lambda graph, y: graph.node(
                "Resize", y, "", graph.constant([1, 1, 0.5, 1]), mode="nearest"
            ),
            "no whole factor",
        ),
    ],
)
def test_what_a_node_cannot_be(change: Callable[[OnnxGraph, str], object], reason: str) -> None:
    assert reason in bits_then(change)


def test_quant_whose_ties_fixed_point_cannot_meet() -> None:
    graph = OnnxGraph(*SIZE)
    sums = graph.conv(graph.bits(), (4, 4, 3, 3), bias=False)
    # Sums in steps of half a level: each tie goes to the even level.
    graph.quant(graph.node("Mul", sums, graph.constant(0.5)), 1.0, 4)
    assert "cannot be told apart exactly" in refused(graph)


def test_what_cannot_be_dense() -> None:
    graph = OnnxGraph(*SIZE)
    graph.head(graph.bits(), 144)
    with pytest.raises(ImportProblems, match="layer 1 is a convolution that cannot be dense"):
        import_model(graph.model(), is_dense=True)


def test_several_outputs() -> None:
    graph = OnnxGraph(*SIZE)
    bits = graph.bits()
    assert "several outputs" in refused(graph, bits, graph.conv(bits, (3, 4, 1, 1)))


def test_sums_that_the_format_cannot_hold_name_the_node() -> None:
    graph = OnnxGraph(1, 600)
    weights = graph.generator.choice([-255.0, -3.0, 1.0, 255.0], (600, 2))
    graph.node("MatMul", "x", graph.constant(weights))
    # 600 * 255 * 255 is more than 2^24.
    assert "MatMul 'matmul0': sums of layer 0 reach" in refused(graph)


def test_files_that_are_no_models(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"\x07 no model")
    with pytest.raises(ImportProblems, match="is no ONNX file"):
        import_model(path)
    with pytest.raises(FileNotFoundError):
        import_model(tmp_path / "missing.onnx")
