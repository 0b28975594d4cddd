# SPDX-License-Identifier: Apache-2.0
"""A node of an ONNX graph, with what its inputs turned out to be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .layer_list import LayerList
from .problems import Unsupported, require
from .value import UNLIMITED, Value


@dataclass(frozen=True, eq=False)
class Ended:
    """Probabilities, or a label: what the head of the image makes of the logits."""

    logits: Value


Operand = Value | Ended | np.ndarray | None


@dataclass(frozen=True, eq=False)
class Operation:
    """kind: the operator. name: of the node. inputs: None where an optional one is missing.
    attributes: by name. output_shape: of the first output, batch included, if known."""

    kind: str
    name: str
    inputs: tuple[Operand, ...]
    attributes: dict[str, Any]
    output_shape: tuple[int, ...] | None

    def data(self, index: int = 0, may_be_clipped: bool = False) -> Value:
        """An input that depends on the input of the network."""
        operand = self.inputs[index]
        if isinstance(operand, Ended):
            raise Unsupported("it follows a Softmax, TopK or ArgMax, which must come last")
        require(isinstance(operand, Value), f"its input {index} is a constant")
        require(
            may_be_clipped or operand.limits == UNLIMITED,
            "its input comes from Relu or Clip; only a sign (BipolarQuant, Sign, a comparison) "
            "or Quant can follow them",
        )
        return operand

    def constant(self, index: int, what: str) -> np.ndarray:
        """An input that must not depend on the input of the network."""
        operand = self.optional(index, what)
        require(operand is not None, f"it has no {what}")
        return operand

    def optional(self, index: int, what: str) -> np.ndarray | None:
        operand = self.inputs[index] if index < len(self.inputs) else None
        require(
            operand is None or isinstance(operand, np.ndarray),
            f"its {what} must be constant, not depend on the input of the network",
        )
        return operand

    def attribute(self, name: str, default: Any) -> Any:
        return self.attributes.get(name, default)

    def require_attribute(self, name: str, default: Any, *allowed: Any) -> None:
        """default: what ONNX takes if the attribute is missing."""
        value = self.attribute(name, default)
        choices = " or ".join(repr(choice) for choice in allowed)
        require(value in allowed, f"its attribute {name} is {value!r}; {choices} can be imported")


Importer = Callable[[Operation, LayerList], Value | Ended]
"""What a node makes: appends layers to the list if it takes any."""
