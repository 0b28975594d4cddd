# SPDX-License-Identifier: Apache-2.0
"""ONNX graphs made by hand, for tests of the import."""

from collections.abc import Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from baynn_training.importing import Imported, InputOptions, compare, import_model
from baynn_training.importing.agreement import random_inputs

QONNX = "qonnx.custom_op.general"


class OnnxGraph:
    """Appends nodes; each method returns the name of a tensor. shape: of the input, batch
    included."""

    def __init__(self, *shape: int | str, opset: int = 17) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.input = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
        self.generator = np.random.default_rng(7)
        self.opset = opset

    def constant(self, values: object, kind: type = np.float32) -> str:
        name = f"constant{len(self.initializers)}"
        array = np.asarray(values, kind)
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def node(self, kind: str, *inputs: str, domain: str = "", **attributes: object) -> str:
        """Each node makes a tensor of its own name."""
        name = f"{kind.lower()}{len(self.nodes)}"
        node = helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes)
        self.nodes.append(node)
        return name

    def signs(self, *shape: int, scale: float = 1.0) -> str:
        return self.constant(self.generator.choice([-scale, scale], shape))

    def conv(self, source: str, weights: Sequence[int], bias: bool = True, **options) -> str:
        """Bipolar weights [outputs, channels, kernel...]; the bias avoids ties."""
        inputs = [source, self.signs(*weights)]
        if bias:
            inputs.append(self.constant(self.generator.normal(0, 1, weights[0]) + 0.3))
        return self.node("Conv", *inputs, **options)

    def norm(self, source: str, channels: int, spread: float = 1.0, gamma: float = 0.0) -> str:
        """gamma: if 0, of both signs."""
        draw = self.generator
        gammas = np.full(channels, gamma) if gamma else draw.normal(0, 1, channels)
        rows = gammas, draw.normal(0, 0.5, channels), draw.normal(0, spread, channels)
        variance = draw.uniform(0.5, 2, channels) * spread**2
        constants = [self.constant(row) for row in (*rows, variance)]
        return self.node("BatchNormalization", source, *constants)

    def bipolar(self, source: str, scale: object = 1.0) -> str:
        return self.node("BipolarQuant", source, self.constant(scale), domain=QONNX)

    def quant(self, source: str, scale: float, bits: int, zero: float = 0.0, **options) -> str:
        options = {"signed": 1, "narrow": 0, "rounding_mode": "ROUND", **options}
        values = [self.constant(v) for v in (scale, zero, bits)]
        return self.node("Quant", source, *values, domain=QONNX, **options)

    def bits(self, channels: int = 4, size: int = 6) -> str:
        """Bits [1, channels, size, size] of an input [1, 2, size, size]."""
        return self.bipolar(self.conv("x", (channels, 2, 3, 3), pads=[1] * 4))

    def head(self, source: str, inputs: int, classes: int = 3) -> str:
        """Linear, over everything."""
        flat = self.node("Flatten", source)
        weights, bias = self.signs(inputs, classes, scale=0.125), self.generator.normal(0, 1, 3)
        return self.node("Gemm", flat, weights, self.constant(bias[:classes]))

    def model(self, *outputs: str) -> onnx.ModelProto:
        """outputs: the last tensor if none is given."""
        names = outputs or (self.nodes[-1].output[0],)
        is_label = self.nodes[-1].op_type == "ArgMax"
        kind = TensorProto.INT64 if is_label else TensorProto.FLOAT
        infos = [helper.make_tensor_value_info(name, kind, None) for name in names]
        graph = helper.make_graph(self.nodes, "test", [self.input], infos, self.initializers)
        opsets = [helper.make_opsetid("", self.opset), helper.make_opsetid(QONNX, 2)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def check(
    model: onnx.ModelProto, options: InputOptions | None = None, count: int = 25, **kept: object
) -> Imported:
    """Imports a model; every hidden code and label must be that of its reference execution, and
    every output within the stated rounding. Returns what was imported."""
    imported = import_model(model, options, **kept)
    agreement = compare(imported, random_inputs(imported, count))
    assert agreement.is_full, str(agreement)
    # The reference computes in float32.
    assert agreement.output_difference <= imported.output_error + 2e-5, str(agreement)
    return imported


def kinds(imported: Imported) -> list[str]:
    """The layers of the network."""
    return [type(layer).__name__ for layer in imported.network.layers]
