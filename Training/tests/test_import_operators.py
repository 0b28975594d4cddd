# SPDX-License-Identifier: Apache-2.0
"""Linear operators, shapes and ends, in graphs made by hand, against their reference execution."""

import numpy as np
import pytest

pytest.importorskip("qonnx")

from onnx_graphs import OnnxGraph, check, kinds

from baynn_training import integer
from baynn_training.importing import InputOptions

SIZE = (1, 2, 6, 6)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"pads": [1, 1, 1, 1]},
        {"pads": [2, 0, 1, 1]},
        {"strides": [2, 1], "pads": [0, 1, 1, 0]},
        {"dilations": [1, 2], "pads": [1, 2, 1, 2]},
    ],
)
def test_conv_of_the_input_and_of_bits(options: dict) -> None:
    graph = OnnxGraph(*SIZE)
    bits = graph.bipolar(graph.norm(graph.conv("x", (4, 2, 3, 3), **options), 4, 300))
    second = graph.bipolar(graph.norm(graph.conv(bits, (5, 4, 2, 2)), 5, 4))
    # The head is sized by the reference: average all positions first.
    pooled = graph.node("GlobalAveragePool", second)
    graph.head(pooled, 5)
    imported = check(graph.model())
    assert imported.network.layers[0].states == 1


def test_conv_transpose() -> None:
    graph = OnnxGraph(*SIZE)
    bits = graph.bits()
    options = {"strides": [2, 2], "pads": [1, 0, 0, 1], "output_padding": [1, 0]}
    wide = graph.node("ConvTranspose", bits, graph.signs(4, 3, 3, 3), **options)
    graph.norm(wide, 3)
    imported = check(graph.model())
    assert imported.network.layers[1].transposed
    assert imported.network.positions == 13 * 12


def test_conv_of_series() -> None:
    graph = OnnxGraph(1, 2, 20)
    bits = graph.bipolar(graph.conv("x", (4, 2, 5), strides=[2], pads=[2, 1]))
    pooled = graph.node("MaxPool", bits, kernel_shape=[2], strides=[2])
    averaged = graph.node("AveragePool", pooled, kernel_shape=[2], strides=[1])
    graph.head(graph.bipolar(graph.norm(averaged, 4)), 16)
    imported = check(graph.model())
    assert imported.network.shape == (1, 20, 2)


def test_weights_behind_flatten_are_permuted() -> None:
    graph = OnnxGraph(*SIZE)
    graph.head(graph.bits(), 4 * 36)
    imported = check(graph.model())
    assert imported.network.layers[1].kernel == (6, 6)


def test_weights_behind_transposed_flatten() -> None:
    graph = OnnxGraph(*SIZE)
    last = graph.node("Transpose", graph.bits(), perm=[0, 2, 3, 1])
    flat = graph.node("Reshape", last, graph.constant([1, -1], np.int64))
    graph.node("MatMul", flat, graph.signs(144, 3, scale=0.1))
    check(graph.model())


def test_matmul_of_channels_at_each_position() -> None:
    graph = OnnxGraph(1, 6, 6, 2)
    first = graph.node("Transpose", "x", perm=[0, 3, 1, 2])
    bits = graph.bipolar(graph.conv(first, (4, 2, 3, 3)))
    last = graph.node("Transpose", bits, perm=[0, 2, 3, 1])
    product = graph.node("MatMul", last, graph.signs(4, 3, scale=0.5))
    graph.node("Softmax", product, axis=-1)
    imported = check(graph.model(), InputOptions(layout="channels_last"))
    assert imported.network.shape == (6, 6, 2)
    assert imported.network.positions == 16


def test_network_of_features() -> None:
    graph = OnnxGraph("batch", 20)
    first = graph.node("Gemm", "x", graph.signs(16, 20), transB=1)
    hidden = graph.bipolar(graph.norm(first, 16, 300))
    second = graph.node("MatMul", hidden, graph.signs(16, 12))
    shifted = graph.node("Add", second, graph.constant(graph.generator.normal(0, 3, 12)))
    graph.head(graph.bipolar(shifted), 12)
    imported = check(graph.model(), InputOptions(maximum=16))
    assert imported.network.shape == (1, 1, 20)
    assert kinds(imported) == ["Convolution"] * 3 + ["Affine"]


def test_dense_layers() -> None:
    graph = OnnxGraph(*SIZE)
    first = graph.node("Gemm", graph.node("Flatten", "x"), graph.signs(72, 16))
    hidden = graph.bipolar(graph.norm(first, 16, 300))
    second = graph.norm(graph.node("MatMul", hidden, graph.signs(16, 12)), 12, 4)
    graph.head(graph.bipolar(second), 12)
    imported = check(graph.model(), is_dense=True)
    assert kinds(imported) == ["DenseLayer", "DenseLayer"]
    assert isinstance(imported.network.head, integer.SoftmaxHead)


def test_shapes_from_the_shape_of_a_tensor() -> None:
    """What exporters write for x.view(x.shape[0], -1)."""
    graph = OnnxGraph("batch", *SIZE[1:])
    bits = graph.bits()
    shape = graph.node("Shape", bits)
    batch = graph.node("Gather", shape, graph.constant(0, np.int64), axis=0)
    batch = graph.node("Unsqueeze", batch, graph.constant([0], np.int64))
    target = graph.node("Concat", batch, graph.constant([-1], np.int64), axis=0)
    flat = graph.node("Reshape", bits, target)
    graph.node("MatMul", flat, graph.signs(144, 3))
    check(graph.model())


def test_squeeze_and_unsqueeze() -> None:
    graph = OnnxGraph(1, 2, 6, 6)
    pooled = graph.node("GlobalAveragePool", graph.bits())
    flat = graph.node("Squeeze", pooled, graph.constant([2, 3], np.int64))
    product = graph.node("MatMul", flat, graph.signs(4, 3))
    map_again = graph.node("Unsqueeze", product, graph.constant([2], np.int64))
    graph.node("LogSoftmax", graph.node("Squeeze", map_again, graph.constant([2], np.int64)))
    check(graph.model())


@pytest.mark.parametrize("end", ["Softmax", "LogSoftmax", "ArgMax", "TopK"])
def test_the_end_is_left_to_the_head(end: str) -> None:
    graph = OnnxGraph(*SIZE)
    logits = graph.head(graph.bits(), 144)
    if end == "TopK":
        graph.node("TopK", graph.node("Softmax", logits), graph.constant([1], np.int64))
        graph.nodes[-1].output.append("index")
    else:
        graph.node(end, logits, axis=1)
    imported = check(graph.model())
    assert isinstance(imported.network.head, integer.ClassificationHead)


def test_regression() -> None:
    graph = OnnxGraph(*SIZE)
    graph.head(graph.bits(), 144, classes=2)
    imported = check(graph.model(), noise=[0.5])
    assert imported.network.head.noise.tolist() == [32768, 32768]
