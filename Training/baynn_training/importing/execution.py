# SPDX-License-Identifier: Apache-2.0
"""The reference execution of a model, all tensors of it, in one session of ONNX Runtime."""

import numpy as np
import onnxruntime
from onnx import ModelProto, NodeProto, helper, numpy_helper

from .model_file import ModelFile, attributes_of
from .operators import QONNX_DOMAINS

ROUNDING = {"ROUND": "Round", "HALF_EVEN": "Round", "FLOOR": "Floor", "CEIL": "Ceil"}


class _Plain:
    """Writes the nodes of QONNX in plain ONNX, the same operations in the same order."""

    def __init__(self, file: ModelFile) -> None:
        self.constants = file.constants
        self.nodes: list[NodeProto] = []
        self.initializers: dict[str, np.ndarray] = {}

    def constant(self, value: object) -> str:
        name = f"plain/constant{len(self.initializers)}"
        self.initializers[name] = np.asarray(value, np.float32)
        return name

    def node(self, kind: str, *inputs: str, to: str | None = None) -> str:
        name = to or f"plain/tensor{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name]))
        return name

    def bipolar(self, source: str, scale: np.ndarray, to: str | None = None) -> str:
        is_negative = self.node("Less", source, self.constant(0))
        return self.node("Where", is_negative, self.constant(-scale), self.constant(scale), to=to)

    def quant(self, node: NodeProto) -> None:
        scale, zero, bits = (self.constants[name] for name in node.input[1:])
        attributes = attributes_of(node)
        signed, narrow = attributes.get("signed", 1), attributes.get("narrow", 0)
        steps = self.node("Div", node.input[0], self.constant(scale))
        steps = self.node("Add", steps, self.constant(zero))
        if bits.item() == 1 and signed:
            levels = self.bipolar(steps, np.float32(1))
        else:
            count = 2 ** int(bits.item())
            lowest = narrow - count // 2 if signed else 0
            limits = lowest, lowest + count - 1 - narrow
            clipped = self.node("Max", steps, self.constant(limits[0]))
            clipped = self.node("Min", clipped, self.constant(limits[1]))
            rounding = str(attributes.get("rounding_mode", "ROUND")).upper()
            levels = self.node(ROUNDING[rounding], clipped)
        moved = self.node("Sub", levels, self.constant(zero))
        self.node("Mul", moved, self.constant(scale), to=node.output[0])

    def append(self, node: NodeProto) -> None:
        if node.domain not in QONNX_DOMAINS:
            self.nodes.append(node)
        elif node.op_type == "BipolarQuant":
            self.bipolar(node.input[0], self.constants[node.input[1]], to=node.output[0])
        else:
            self.quant(node)


def plain_model(file: ModelFile) -> ModelProto:
    """The model in plain ONNX, with each tensor that depends on the input as an output."""
    plain = _Plain(file)
    for node in file.nodes:
        plain.append(node)
    model = ModelProto()
    model.CopyFrom(file.model.model)
    graph = model.graph
    names = [name for node in file.nodes for name in node.output if name]
    for field in ("node", "output", "value_info"):
        graph.ClearField(field)
    graph.node.extend(plain.nodes)
    graph.initializer.extend(numpy_helper.from_array(v, k) for k, v in plain.initializers.items())
    graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    opsets = [opset for opset in model.opset_import if opset.domain not in QONNX_DOMAINS]
    del model.opset_import[:]
    model.opset_import.extend(opsets)
    return model


class Execution:
    """Runs a model on one input after the other. Nothing is optimized: fused operators would
    round differently."""

    def __init__(self, file: ModelFile) -> None:
        options = onnxruntime.SessionOptions()
        level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.graph_optimization_level = level
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        model = plain_model(file).SerializeToString()
        providers = ["CPUExecutionProvider"]
        self.session = onnxruntime.InferenceSession(model, options, providers)
        self.input_name = file.input_name
        self.names = [output.name for output in self.session.get_outputs()]

    def run(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """x: what the ONNX model takes, batch of 1. Returns all tensors by name."""
        values = self.session.run(self.names, {self.input_name: x})
        return {self.input_name: x, **dict(zip(self.names, values, strict=True))}
