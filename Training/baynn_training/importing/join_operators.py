# SPDX-License-Identifier: Apache-2.0
"""Concat and Resize."""

import numpy as np

from ..integer import Concatenate, Upsample
from .axes import reduce_groups
from .layer_list import LayerList
from .operation import Operation
from .problems import Unsupported, require
from .value import Value


def _concatenate(layers: LayerList, first: Value, second: Value) -> Value:
    kinds = {(value.form.kind, value.form.bits) for value in (first, second)}
    if len(kinds) > 1 or first.form.kind == "input":
        first, second = layers.to_integers(first), layers.to_integers(second)
    number = layers.append(Concatenate(first.number, second.number))
    return Value(
        number,
        layers.forms[number],
        np.concatenate([first.scale, second.scale]),
        np.concatenate([first.shift, second.shift]),
        first.groups,
        first.parity if first.parity == second.parity else None,
    )


def import_concat(op: Operation, layers: LayerList) -> Value:
    values = [op.data(i) for i in range(len(op.inputs))]
    rank = len(values[0].shape) + 1
    axis = op.attribute("axis", 1)
    axis = axis + rank if axis < 0 else axis
    require(1 <= axis < rank, f"it joins axis {axis}, the batch; only channels can be joined")
    result = values[0]
    for value in values:
        # Channels of a single one are in no group.
        before = ["".join(v.groups[: axis - 1] + v.groups[axis:]) for v in (result, value)]
        require(
            all(v.groups[axis - 1] in ("c", "") for v in (result, value))
            and before[0] == before[1]
            and "c" not in before[0]
            and result.form.shape[:2] == value.form.shape[:2],
            f"it joins axis {axis} of {(1, *result.shape)} and {(1, *value.shape)}; only channels "
            "of equal maps can be joined",
        )
    for value in values[1:]:
        result = _concatenate(layers, result, value)
    groups = [*values[0].groups]
    groups[axis - 1] = "c"
    return result.like(groups=tuple(groups))


def _positions(op: Operation, inputs: int, outputs: int) -> np.ndarray:
    """The input position of each output position along an axis, as ONNX defines it."""
    mode = op.attribute("coordinate_transformation_mode", "half_pixel")
    out, scale = np.arange(outputs), outputs / inputs
    if op.kind == "Upsample":
        mode = "asymmetric"
    centers = {
        "asymmetric": out / scale,
        "half_pixel": (out + 0.5) / scale - 0.5,
        "pytorch_half_pixel": (out + 0.5) / scale - 0.5 if outputs > 1 else out * 0.0,
        "align_corners": out * (inputs - 1) / max(outputs - 1, 1),
    }
    require(
        mode in centers,
        f"its attribute coordinate_transformation_mode is {mode!r}; "
        f"{', '.join(centers)} can be imported",
    )
    rounding = op.attribute("nearest_mode", "round_prefer_floor")
    if op.kind == "Upsample":
        rounding = "floor"
    center = centers[mode]
    rounded = {
        "floor": np.floor(center),
        "ceil": np.ceil(center),
        "round_prefer_floor": np.ceil(center - 0.5),
        "round_prefer_ceil": np.floor(center + 0.5),
    }
    require(rounding in rounded, f"its attribute nearest_mode is {rounding!r}")
    return np.clip(rounded[rounding], 0, inputs - 1)


def import_resize(op: Operation, layers: LayerList) -> Value:
    """Resize and Upsample to the nearest, by whole factors."""
    value = op.data()
    op.require_attribute("mode", "nearest", "nearest")
    require(op.output_shape is not None, "its output shape is not constant")
    require(value.is_grouped(("c", "h", "w")), "its input is not a map in the order [N, C, H, W]")
    height, width, channels = value.form.shape
    require(op.output_shape[1] == channels, "it resizes channels")
    factors = []
    for inputs, outputs in zip((height, width), op.output_shape[2:], strict=True):
        require(outputs % inputs == 0, f"it resizes {inputs} to {outputs}: no whole factor")
        factors.append(outputs // inputs)
        expected = np.arange(outputs) // factors[-1]
        if not np.array_equal(_positions(op, inputs, outputs), expected):
            raise Unsupported("it does not repeat each position; use asymmetric with floor")
    if value.form.kind == "input":
        value = layers.to_integers(value)
    number = layers.append(Upsample(value.number, (factors[0], factors[1])))
    form = layers.forms[number]
    return value.like(number=number, form=form, groups=reduce_groups(("c", "h", "w"), form.shape))
