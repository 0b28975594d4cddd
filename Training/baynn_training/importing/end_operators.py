# SPDX-License-Identifier: Apache-2.0
"""Softmax, LogSoftmax, TopK and ArgMax at the end: the head of the image does their work."""

from .layer_list import LayerList
from .operation import Ended, Operation
from .problems import require


def import_end(op: Operation, layers: LayerList) -> Ended:
    operand = op.inputs[0]
    logits = operand.logits if isinstance(operand, Ended) else op.data()
    rank = len(logits.shape) + 1
    axis = op.attribute("axis", 0 if op.kind == "ArgMax" else -1) % rank
    require(
        axis > 0 and logits.groups[axis - 1] == "c",
        f"it runs over axis {axis} of {(1, *logits.shape)}, which is not that of the classes",
    )
    return Ended(logits)
