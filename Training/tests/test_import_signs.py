# SPDX-License-Identifier: Apache-2.0
"""Signs and quantizers of imported graphs, against their reference execution."""

import numpy as np
import pytest

pytest.importorskip("qonnx")

from onnx_graphs import OnnxGraph, check, kinds

from baynn_training import integer
from baynn_training.importing import InputOptions

SIZE = (1, 2, 6, 6)


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


@pytest.mark.parametrize(("shift", "layers"), [(0.5, 4), (2.0, 5), (-2.0, 5)])
def test_sign_of_bits(shift: float, layers: int) -> None:
    graph = OnnxGraph(*SIZE)
    again = graph.bipolar(graph.node("Add", graph.bits(), graph.constant(shift)))
    graph.head(graph.bipolar(graph.conv(again, (4, 4, 1, 1))), 144)
    imported = check(graph.model())
    # Signs of signs are those signs, but for a shift of more than one.
    assert len(imported.network.layers) == layers


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
