# SPDX-License-Identifier: Apache-2.0
"""Each operator, in a graph made by hand, against its reference execution."""

from fractions import Fraction

import numpy as np
import pytest
from onnx_graphs import OnnxGraph, check

from baynn_training import integer
from baynn_training.importing import InputOptions

pytest.importorskip("qonnx")

SIZE = (1, 2, 6, 6)


def kinds(imported) -> list[str]:
    return [type(layer).__name__ for layer in imported.network.layers]


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


def test_constants_before_the_sign_fold_into_thresholds() -> None:
    graph = OnnxGraph(*SIZE)
    y = graph.conv("x", (4, 2, 3, 3))
    per_channel = graph.constant(graph.generator.normal(0, 50, (4, 1, 1)))
    y = graph.node("Sub", per_channel, y)
    y = graph.node("Mul", y, graph.constant([[[-0.5]], [[0.25]], [[2.0]], [[-1.0]]]))
    y = graph.node("Div", y, graph.constant(-3.0))
    y = graph.node("Neg", graph.node("Dropout", graph.node("Identity", y)))
    y = graph.node("Clip", graph.norm(y, 4, 40), graph.constant(-1.0), graph.constant(1.0))
    graph.head(graph.bipolar(y, scale=0.3), 64)
    imported = check(graph.model())
    assert kinds(imported) == ["Convolution", "Convolution", "Affine"]


def test_a_gamma_of_zero_makes_a_constant() -> None:
    graph = OnnxGraph(*SIZE)
    rows = [0.0, 0.0, 1.0, -1.0], [0.5, -0.5, 0.0, 0.0], [0.0] * 4, [1.0] * 4
    y = graph.conv("x", (4, 2, 3, 3))
    y = graph.node("BatchNormalization", y, *(graph.constant(row) for row in rows))
    graph.head(graph.bipolar(y), 64)
    imported = check(graph.model())
    x = np.random.default_rng(0).integers(0, 256, (20, 6, 6, 2))
    bits = imported.network.trace(x, 0).tensors[1]
    assert bits[..., 0].all() and not bits[..., 1].any()


def test_zero_is_positive_for_bipolar_quant() -> None:
    graph = OnnxGraph(1, 2)
    weights = np.array([[1, -1, 1], [-1, 1, 1]], np.float32)
    bits = graph.bipolar(graph.node("MatMul", "x", graph.constant(weights)))
    graph.head(bits, 3)
    imported = check(graph.model(), InputOptions(maximum=1))
    assert imported.network.trace(np.array([1, 1]), 0).tensors[1].tolist() == [[[1, 1, 1]]]


def test_sign_where_sums_are_never_zero() -> None:
    graph = OnnxGraph(*SIZE)
    bits = graph.node("Sign", graph.conv("x", (3, 2, 3, 3)))
    # 27 bits have an odd sum.
    second = graph.node("Sign", graph.conv(bits, (3, 3, 3, 3), bias=False))
    graph.head(second, 12)
    check(graph.model())


@pytest.mark.parametrize("kind", ["Greater", "GreaterOrEqual", "Less", "LessOrEqual"])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("end", ["Where", "Cast"])
def test_signs_by_comparison(kind: str, mirrored: bool, end: str) -> None:
    graph = OnnxGraph(1, 6)
    sums, level = graph.node("MatMul", "x", graph.signs(6, 8)), graph.constant(1.0)
    truth = graph.node(kind, *((level, sums) if mirrored else (sums, level)))
    if end == "Where":
        bits = graph.node("Where", truth, graph.constant(1.0), graph.constant(-1.0))
    else:
        number = graph.node("Cast", graph.node("Not", truth), to=1)
        bits = graph.node("Sub", graph.node("Mul", number, graph.constant(2.0)), graph.constant(1))
    graph.head(bits, 8)
    # Sums of few small numbers meet the level often.
    check(graph.model(), InputOptions(maximum=2))


@pytest.mark.parametrize("gamma", [1.0, -1.0, 0.0])
def test_max_pool_between_sum_and_sign(gamma: float) -> None:
    graph = OnnxGraph(*SIZE)
    y = graph.norm(graph.conv("x", (4, 2, 3, 3), pads=[1] * 4), 4, 300, gamma)
    options = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 0, 0]}
    graph.head(graph.bipolar(graph.node("MaxPool", y, **options)), 36)
    imported = check(graph.model())
    forms = [form.kind for form in imported.network.forms[1:]]
    assert kinds(imported)[:2] == ["Convolution", "Pool"]
    assert forms[:2] == ["codes", "codes"]


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


@pytest.mark.parametrize(
    "layer", ["unsigned", "signed", "floor", "ceil", "narrow", "narrow unsigned"]
)
def test_quant_of_activations(layer: str) -> None:
    options = {
        "unsigned": {"signed": 0},
        "signed": {},
        "floor": {"rounding_mode": "FLOOR"},
        "ceil": {"rounding_mode": "CEIL"},
        "narrow": {"narrow": 1},
        "narrow unsigned": {"narrow": 1, "signed": 0},
    }[layer]
    graph = OnnxGraph(*SIZE)
    y = graph.norm(graph.conv("x", (4, 2, 3, 3), pads=[1] * 4), 4, 300)
    y = graph.node("Relu", y) if layer == "unsigned" else y
    codes = graph.quant(y, 0.37, bits=3, **options)
    pads = [1] * 4 if layer == "unsigned" else [0] * 4
    y = graph.conv(codes, (4, 4, 3, 3), pads=pads)
    graph.node("GlobalAveragePool", y)
    imported = check(graph.model())
    assert imported.network.forms[2].bits == 3
    # Padding stands for 0, which an unsigned code has.
    second = [c for c in imported.network.layers if isinstance(c, integer.Convolution)][1]
    assert second.signed == (layer != "unsigned")


def test_quant_of_one_signed_bit_is_bipolar() -> None:
    graph = OnnxGraph(*SIZE)
    graph.head(graph.quant(graph.conv("x", (4, 2, 3, 3)), 0.5, bits=1), 64)
    check(graph.model())


def test_weights_that_are_odd_multiples() -> None:
    graph = OnnxGraph(*SIZE)
    odd = graph.generator.choice([-7, -5, -3, -1, 1, 3, 5, 7], (4, 4, 2, 2)) * np.float32(0.031)
    y = graph.node("Conv", graph.bits(), graph.constant(odd))
    graph.node("GlobalAveragePool", y)
    imported = check(graph.model())
    assert imported.network.layers[1].weight_bits == 3


def test_weights_of_bipolar_quant_nodes() -> None:
    graph = OnnxGraph(*SIZE)
    latent = graph.constant(graph.generator.normal(0, 1, (4, 2, 3, 3)))
    scale = graph.constant(graph.generator.uniform(0.1, 1, (4, 1, 1, 1)))
    weights = graph.node("BipolarQuant", latent, scale, domain="qonnx.custom_op.general")
    y = graph.node("Conv", "x", weights, graph.constant([0.3, -700.0, 40.0, 9.0]))
    graph.head(graph.bipolar(y), 64)
    check(graph.model())


def test_negative_scales_of_channels_join_the_weights() -> None:
    graph = OnnxGraph(*SIZE)
    flipped = graph.node("Mul", graph.bits(), graph.constant([[[-1]], [[1]], [[1]], [[-1]]]))
    graph.head(graph.bipolar(graph.conv(flipped, (4, 4, 3, 3))), 64)
    check(graph.model())


@pytest.mark.parametrize("pads", [[0] * 4, [1] * 4])
def test_input_around_zero(pads: list[int]) -> None:
    options = InputOptions(
        divisor=Fraction(255), mean=(Fraction(1, 2),), deviation=(Fraction(1, 2),)
    )
    graph = OnnxGraph(*SIZE)
    y = graph.conv("x", (4, 2, 3, 3), pads=pads)
    graph.node("GlobalAveragePool", graph.bipolar(graph.norm(y, 4)))
    imported = check(graph.model(), options)
    # Only 2 x - 255 is 0 where the model pads with 0.
    assert imported.network.layers[0].signed == (pads[0] == 1)


def test_normalized_input_without_padding_is_exact() -> None:
    options = InputOptions(
        divisor=Fraction(255), mean=(Fraction("0.4"), Fraction("0.1")), deviation=(Fraction("0.3"),)
    )
    graph = OnnxGraph(*SIZE)
    y = graph.conv("x", (4, 2, 3, 3))
    graph.head(graph.bipolar(graph.norm(y, 4)), 64)
    check(graph.model(), options)


def test_rounded_input() -> None:
    options = InputOptions(
        divisor=Fraction(255),
        mean=(Fraction("0.4"), Fraction("0.1")),
        deviation=(Fraction("0.3"), Fraction("0.2")),
        may_round=True,
    )
    graph = OnnxGraph(*SIZE)
    graph.node("GlobalAveragePool", graph.conv("x", (4, 2, 3, 3), pads=[1] * 4))
    from baynn_training.importing import compare, import_model
    from baynn_training.importing.agreement import random_inputs

    imported = import_model(graph.model(), options)
    agreement = compare(imported, random_inputs(imported, 20))
    # 18 inputs of at most 4.5, each rounded by at most a step of 4.5 / 255.
    assert agreement.output_difference < 18 * 4.5 / 255
    assert "8 bits" in imported.notes[0]
