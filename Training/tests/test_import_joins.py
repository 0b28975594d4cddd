# SPDX-License-Identifier: Apache-2.0
"""Pools, sums and joins of imported graphs, against their reference execution."""

import pytest

pytest.importorskip("qonnx")

from onnx_graphs import OnnxGraph, check, kinds

SIZE = (1, 2, 6, 6)


@pytest.mark.parametrize("gamma", [1.0, -1.0, 0.0])
def test_max_pool_of_sums(gamma: float) -> None:
    graph = OnnxGraph(*SIZE)
    y = graph.node("MaxPool", graph.conv("x", (4, 2, 3, 3)), kernel_shape=[2, 2], strides=[2, 2])
    graph.head(graph.bipolar(graph.norm(y, 4, 300, gamma)), 16)
    imported = check(graph.model())
    forms = [form.kind for form in imported.network.forms[1:]]
    # Only a sign that rises with the maximum can be taken before it.
    assert forms[kinds(imported).index("Pool")] == ("codes" if gamma == 1 else "integers")


def test_sums_that_are_needed_twice_stay() -> None:
    graph = OnnxGraph(*SIZE)
    window = {"kernel_shape": [2, 2], "strides": [2, 2]}
    pooled = graph.node("MaxPool", graph.conv("x", (4, 2, 3, 3)), **window)
    bits = graph.bipolar(graph.norm(pooled, 4, 300, gamma=1.0))
    second = graph.conv(bits, (4, 4, 1, 1))
    graph.head(graph.bipolar(graph.node("Add", second, pooled)), 16)
    check(graph.model())


@pytest.mark.parametrize("pads", [[0, 0, 0, 0], [1, 1, 0, 0]])
def test_average_pool(pads: list[int]) -> None:
    graph = OnnxGraph(*SIZE)
    options = {"kernel_shape": [2, 2], "strides": [2, 2], "pads": pads, "count_include_pad": 1}
    y = graph.node("AveragePool", graph.conv("x", (4, 2, 1, 1), bias=False), **options)
    graph.head(graph.bipolar(graph.norm(y, 4, 60)), 36)
    check(graph.model())


@pytest.mark.parametrize("keep", [0, 1])
def test_global_average_before_the_head(keep: int) -> None:
    graph = OnnxGraph(*SIZE)
    bits = graph.bits()
    axes = {"axes": [2, 3], "keepdims": keep}
    y = graph.node("ReduceMean", bits, **axes)
    y = graph.node("Add", y, graph.constant(0.25))
    graph.head(y, 4)
    imported = check(graph.model())
    # The average is taken behind the weights, which need bits.
    assert kinds(imported) == ["Convolution", "Convolution", "Pool", "Affine"]


def test_residual_of_bits_is_exact() -> None:
    graph = OnnxGraph(*SIZE)
    bits = graph.bits()
    y = graph.conv(bits, (4, 4, 3, 3), pads=[1] * 4, bias=False)
    y = graph.node("Add", y, bits)
    y = graph.node("Sub", bits, y)
    graph.head(graph.bipolar(graph.norm(y, 4, 4)), 144)
    imported = check(graph.model())
    assert len(imported.notes) == 1  # of the head


def test_residual_of_other_scales_is_rounded() -> None:
    graph = OnnxGraph(*SIZE)
    first = graph.norm(graph.conv("x", (4, 2, 3, 3), pads=[1] * 4), 4, 300)
    bits = graph.bipolar(first)
    second = graph.norm(graph.conv(bits, (4, 4, 3, 3), pads=[1] * 4), 4, 4)
    graph.head(graph.bipolar(graph.node("Add", second, first)), 144)
    imported = check(graph.model())
    assert "sum" in imported.notes[0]


def test_concat_of_bits_of_sums_and_of_both() -> None:
    graph = OnnxGraph(*SIZE)
    sums = graph.norm(graph.conv("x", (4, 2, 3, 3), pads=[1] * 4), 4, 300)
    bits, other = graph.bipolar(sums), graph.bits(3)
    joined = graph.node("Concat", bits, other, bits, axis=1)
    y = graph.conv(joined, (5, 11, 1, 1))
    small = graph.node("Mul", y, graph.constant(0.25))
    mixed = graph.node("Concat", small, other, axis=-3)
    graph.head(graph.bipolar(graph.norm(mixed, 8)), 8 * 36)
    imported = check(graph.model())
    assert kinds(imported).count("Concatenate") == 3


def test_concat_of_features() -> None:
    graph = OnnxGraph(1, 12)
    parts = [graph.bipolar(graph.node("MatMul", "x", graph.signs(12, n))) for n in (4, 1)]
    graph.head(graph.node("Concat", *parts, axis=1), 5)
    check(graph.model())


@pytest.mark.parametrize(
    "options",
    [
        {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
        {"coordinate_transformation_mode": "half_pixel"},
    ],
)
def test_resize(options: dict) -> None:
    graph = OnnxGraph(*SIZE)
    scales = graph.constant([1, 1, 2, 3])
    wide = graph.node("Resize", graph.bits(), "", scales, mode="nearest", **options)
    graph.conv(wide, (3, 4, 1, 1))
    imported = check(graph.model())
    assert imported.network.forms[2].shape == (12, 18, 4)
