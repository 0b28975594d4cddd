# SPDX-License-Identifier: Apache-2.0
"""From an ONNX or QONNX model to integers, node by node."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from onnx import ModelProto, NodeProto
from tqdm import tqdm

from ..image_checks import check_network
from ..integer import TensorForm
from ..integer_network import IntegerNetwork
from .axes import reduce_groups
from .dense import dense_network
from .fusing import fuse
from .heads import append_logits, append_values
from .imported import Imported, InputOptions
from .layer_list import LayerList
from .model_file import ModelFile, attributes_of, read_model
from .operation import Ended, Operand, Operation
from .operators import importer_of, unsupported_operators
from .problems import ImportProblems, Unsupported, require
from .value import Value

LAYOUTS = {
    ("channels_first", 3): ("c", "h", "w"),
    ("channels_first", 2): ("c", "w"),
    ("channels_last", 3): ("h", "w", "c"),
    ("channels_last", 2): ("w", "c"),
}


def _source(file: ModelFile, options: InputOptions) -> Value:
    """The input of the network as the ONNX model takes it."""
    lengths = file.input_shape[1:]
    groups = LAYOUTS.get((options.layout, len(lengths)), ("c",))
    size = {"h": 1, "w": 1, **dict(zip(groups, lengths, strict=True))}
    form = TensorForm(size["h"], size["w"], size["c"], "input", options.maximum)
    constants = []
    for name in ("mean", "deviation"):
        given = getattr(options, name)
        if len(given) not in (1, form.channels):
            raise ImportProblems(
                [f"{len(given)} numbers for the {name} of {form.channels} input channels"]
            )
        constants.append(np.array([*given] * (form.channels // len(given)), object))
    mean, deviation = constants
    if not options.divisor or not all(deviation):
        raise ImportProblems(["the divisor or a deviation of the input is 0"])
    scale = 1 / (deviation * options.divisor)
    return Value(0, form, scale, -mean / deviation, reduce_groups(groups, form.shape))


class _Walk:
    """Goes through the nodes of a model. values: of tensors, by name. problems: so far; what
    depends on a node with a problem is skipped."""

    def __init__(self, file: ModelFile, layers: LayerList, source: Value) -> None:
        self.file, self.layers = file, layers
        self.values: dict[str, Operand] = {file.input_name: source}
        self.problems = unsupported_operators(file.nodes)

    def operand(self, name: str) -> Operand:
        if not name:
            return None
        return self.values[name] if name in self.values else self.file.constants[name]

    def visit(self, node: NodeProto) -> None:
        run = importer_of(node.domain, node.op_type)
        known = {"", *self.values, *self.file.constants}
        if run is None or not known.issuperset(node.input):
            return
        operation = Operation(
            kind=node.op_type,
            name=node.name,
            inputs=tuple(self.operand(name) for name in node.input),
            attributes=attributes_of(node),
            output_shape=self.file.shape(node.output[0]),
        )
        try:
            result = run(operation, self.layers)
        except Unsupported as problem:
            self.problems.append(f"{node.op_type} '{node.name}': {problem}")
            return
        # Of the outputs of TopK each stands for the label; of others only the first is data.
        names = node.output if isinstance(result, Ended) else node.output[:1]
        self.values.update({name: result for name in names if name})

    def logits(self) -> Value:
        """What all outputs of the model come from; raises ImportProblems."""
        if self.problems:
            raise ImportProblems(self.problems)
        found = [self.values.get(name) for name in self.file.outputs]
        found = [value.logits if isinstance(value, Ended) else value for value in found]
        if None in found or any(value is not found[0] for value in found):
            names = ", ".join(self.file.outputs)
            raise ImportProblems(
                [f"the model has several outputs ({names}), or one that is constant; keep one"]
            )
        return found[0]


def import_model(
    source: Path | str | ModelProto,
    options: InputOptions | None = None,
    noise: Sequence[float] | None = None,
    is_dense: bool = False,
) -> Imported:
    """Makes an integer network of an ONNX or QONNX model with bipolar weights.

    source: a file, or a model in memory. Inputs of the network are maps of bytes, row by row,
    channels innermost, whatever the order of the ONNX model; so are the outputs of a map.
    noise: standard deviation of each output of a regression, one for all or one for each; None
    for a classification, whose outputs are logits (Softmax, LogSoftmax, TopK and ArgMax at the
    end are left to the head). is_dense: write linear layers as dense ones, which is all that
    the smallest build of the runtime has; their logits are rounded more coarsely.
    Raises ImportProblems, with everything that keeps the model from being imported.
    """
    options = options or InputOptions()
    file = read_model(source)
    start = _source(file, options)
    layers = LayerList(start.form, options.may_round)
    walk = _Walk(file, layers, start)
    for node in tqdm(file.nodes, desc="importing", unit="node", leave=False, delay=1):
        walk.visit(node)
    logits = walk.logits()
    try:
        if noise is None:
            head = append_logits(layers, logits)
        else:
            head = append_values(layers, logits, noise)
        found, numbers = fuse(layers.layers)
        network = IntegerNetwork(start.form.shape, start.form.bound, tuple(found), head)
        error = layers.output_error
        if is_dense:
            require(noise is None, "a regression cannot be dense")
            network, error = dense_network(network, found, logits)
            layers.notes[-1] = f"the output is rounded to fixed point: by at most {error:.2g}"
        check_network(network)
    except (Unsupported, ValueError) as problem:
        raise ImportProblems([f"output '{file.outputs[0]}': {problem}"]) from None
    values = {}
    for name, value in walk.values.items():
        number = numbers.get(value.number) if isinstance(value, Value) else None
        if number is not None and number < len(network.forms):
            values[name] = value.like(number=number, form=network.forms[number])
    name = next(name for name, value in walk.values.items() if value is logits)
    return Imported(network, layers.notes, values, name, file, logits, start, error)
