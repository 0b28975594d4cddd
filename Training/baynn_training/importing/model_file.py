# SPDX-License-Identifier: Apache-2.0
"""Reads an ONNX file: batch of 1, all shapes inferred, constants folded."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, helper, numpy_helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_node
from qonnx.transformation.infer_shapes import InferShapes

from .operators import unsupported_operators
from .problems import ImportProblems


@dataclass(frozen=True, eq=False)
class ModelFile:
    """model: as qonnx executes it. input_name, input_shape: of the one input, batch included.
    constants: values of all tensors that do not depend on it. nodes: the others, in order."""

    model: ModelWrapper
    input_name: str
    input_shape: tuple[int, ...]
    constants: dict[str, np.ndarray]
    nodes: list[NodeProto]

    def shape(self, name: str) -> tuple[int, ...] | None:
        shape = self.model.get_tensor_shape(name)
        return None if shape is None else tuple(shape)

    @property
    def outputs(self) -> list[str]:
        return [output.name for output in self.model.graph.output]


def _read(source: Path | str | ModelProto) -> ModelProto:
    if not isinstance(source, ModelProto):
        try:
            return onnx.load(source)
        except FileNotFoundError:
            raise
        except Exception as error:
            raise ImportProblems([f"'{source}' is no ONNX file: {error}"]) from None
    copy = ModelProto()
    copy.CopyFrom(source)
    return copy


def _only_input(model: ModelProto) -> onnx.ValueInfoProto:
    """The input that is no parameter; older exporters list parameters as inputs too."""
    constant = {tensor.name for tensor in model.graph.initializer}
    kept = [value for value in model.graph.input if value.name not in constant]
    if len(kept) != 1:
        names = ", ".join(value.name for value in kept) or "none"
        raise ImportProblems([f"the model has {len(kept)} inputs ({names}); it must have one"])
    del model.graph.input[:]
    model.graph.input.extend(kept)
    return model.graph.input[0]


def _fix_shape(value: onnx.ValueInfoProto) -> tuple[int, ...]:
    """Makes the batch 1; raises ImportProblems where another axis is dynamic."""
    tensor = value.type.tensor_type
    if tensor.elem_type != onnx.TensorProto.FLOAT:
        kind = onnx.TensorProto.DataType.Name(tensor.elem_type)
        raise ImportProblems([f"input '{value.name}' is of {kind}; export it as float32"])
    dims = tensor.shape.dim
    if not 2 <= len(dims) <= 4:
        raise ImportProblems(
            [f"input '{value.name}' has {len(dims)} axes; 2 to 4, the batch first, can be imported"]
        )
    dynamic = [axis for axis, dim in enumerate(dims) if axis and dim.dim_value < 1]
    if dynamic:
        raise ImportProblems(
            [
                f"axes {dynamic} of input '{value.name}' are dynamic; export with a fixed size "
                "(only the batch may be dynamic)"
            ]
        )
    if dims[0].dim_value > 1:
        raise ImportProblems(
            [f"input '{value.name}' is a batch of {dims[0].dim_value}; export with a batch of 1"]
        )
    dims[0].dim_value = 1
    return tuple(dim.dim_value for dim in dims)


def _forget_shapes(model: ModelProto) -> None:
    """Those of other tensors are inferred again for the batch of 1."""
    del model.graph.value_info[:]
    for output in model.graph.output:
        if any(not dim.dim_value for dim in output.type.tensor_type.shape.dim):
            output.type.tensor_type.ClearField("shape")


def _name_nodes(model: ModelProto) -> None:
    """Nodes without a name get that of their output: what viewers of graphs show."""
    for node in model.graph.node:
        node.name = node.name or node.output[0]


def _value_of(
    model: ModelWrapper, node: NodeProto, constants: dict[str, np.ndarray]
) -> dict[str, np.ndarray] | None:
    """What a node gives, if it does not depend on the input of the model."""
    if node.op_type == "Shape" and not node.attribute:
        shape = model.get_tensor_shape(node.input[0])
        # Sizes that are not known yet are 0.
        return {node.output[0]: np.array(shape, np.int64)} if shape and all(shape) else None
    names = [name for name in node.input if name]
    if not all(name in constants for name in names):
        return None
    context = {name: constants[name] for name in names}
    for name in node.output:
        context[name] = np.zeros(model.get_tensor_shape(name) or (), np.float32)
    versions = {opset.domain: opset.version for opset in model.model.opset_import}
    version = versions.get(node.domain, versions.get("", 1))
    execute_node(node, context, model.graph, version)
    return {name: np.asarray(context[name]) for name in node.output}


def _fold(model: ModelWrapper) -> bool:
    """Replaces nodes that depend on constants only by initializers; whether there was one."""
    graph = model.graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    is_changed = False
    for node in list(graph.node):
        values = _value_of(model, node, constants)
        if values is not None:
            constants.update(values)
            graph.node.remove(node)
            for name, value in values.items():
                model.set_initializer(name, value)
            is_changed = True
    return is_changed


def _settled(proto: ModelProto) -> ModelWrapper:
    """Infers shapes and folds constants until nothing changes: one leads to the other where
    shapes are computed."""
    while True:
        _forget_shapes(proto)
        model = ModelWrapper(proto).transform(InferShapes())
        if not _fold(model):
            return model
        proto = model.model


def read_model(source: Path | str | ModelProto) -> ModelFile:
    """Raises ImportProblems if it is not a model of one input with fixed axes."""
    proto = _read(source)
    shape = _fix_shape(_only_input(proto))
    _name_nodes(proto)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = _settled(proto)
        except Exception as error:
            reasons = unsupported_operators(proto.graph.node)
            reasons = reasons or [f"its shapes and constants cannot be inferred: {error}"]
            raise ImportProblems(reasons) from None
    graph = model.graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    return ModelFile(model, graph.input[0].name, shape, constants, list(graph.node))


def attributes_of(node: NodeProto) -> dict[str, object]:
    """Attributes by name, strings decoded."""
    values = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    return {k: v.decode() if isinstance(v, bytes) else v for k, v in values.items()}
