# SPDX-License-Identifier: Apache-2.0
"""Flatten, Reshape, Squeeze, Unsqueeze and Transpose: only what they say about axes changes."""

from .axes import reduce_groups, regroup
from .layer_list import LayerList
from .operation import Ended, Operation
from .problems import Unsupported, require
from .value import Value


def import_reshape(op: Operation, layers: LayerList) -> Value | Ended:
    """To any shape that keeps axes of the map together and the batch first."""
    if isinstance(op.inputs[0], Ended):
        return op.inputs[0]
    value, target = op.data(may_be_clipped=True), op.output_shape
    require(target is not None, "its output shape is not constant")
    groups = regroup(value.groups, value.form.shape, target[1:])
    if groups is None:
        raise Unsupported(
            f"it makes {target} of {(1, *value.shape)}; only axes can be joined, as Flatten does, "
            "or axes of size 1 be added and removed, the batch in front"
        )
    return value.like(groups=groups)


def import_transpose(op: Operation, layers: LayerList) -> Value:
    value = op.data(may_be_clipped=True)
    rank = len(value.shape) + 1
    order = list(op.attribute("perm", list(range(rank))[::-1]))
    require(order[0] == 0, f"it moves the batch: perm is {order}")
    groups = [value.groups[axis - 1] for axis in order[1:]]
    return value.like(groups=reduce_groups(groups, value.form.shape))
