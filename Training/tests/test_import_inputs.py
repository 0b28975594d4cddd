# SPDX-License-Identifier: Apache-2.0
"""Normalized inputs of imported graphs."""

from fractions import Fraction

import pytest

pytest.importorskip("qonnx")

from onnx_graphs import OnnxGraph, check

from baynn_training.importing import InputOptions, compare, import_model
from baynn_training.importing.agreement import random_inputs

SIZE = (1, 2, 6, 6)


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
    imported = import_model(graph.model(), options)
    agreement = compare(imported, random_inputs(imported, 20))
    # 18 inputs of at most 4.5, each rounded by at most a step of 4.5 / 255.
    assert agreement.output_difference < 18 * 4.5 / 255
    assert "8 bits" in imported.notes[0]


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
