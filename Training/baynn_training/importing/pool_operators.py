# SPDX-License-Identifier: Apache-2.0
"""MaxPool, AveragePool, GlobalAveragePool and ReduceMean."""

import numpy as np

from ..integer import MAXIMUM, SUM, Pool
from .axes import reduce_groups
from .binary_sum import POINT
from .layer_list import INTEGER_LIMIT, LayerList
from .operation import Operation
from .problems import require
from .value import Value
from .window import Window, window_of


def _append(layers: LayerList, value: Value, mode: int, window: Window) -> Value:
    pool = Pool(value.number, mode, window.kernel, window.stride, window.pad, window.size)
    number = layers.append(pool)
    form = layers.forms[number]
    # Axes that are pooled to one position leave their group.
    return value.like(number=number, form=form, groups=reduce_groups(value.groups, form.shape))


def import_max_pool(op: Operation, layers: LayerList) -> Value:
    value = op.data(may_be_clipped=True)
    op.require_attribute("storage_order", 0, 0)
    window = window_of(op, value)
    require(window.dilation == POINT, f"its dilations are {window.dilation}; 1 can be imported")
    negative = value.scale < 0
    if value.form.kind == "input" or any(negative):
        require(
            value.form.kind != "codes",
            "its input has a negative scale, so that its maximum is the minimum of codes; "
            "make the scale positive",
        )
        # The maximum of a value that falls with the integer is that of the negated integer.
        signs = np.where(negative, -1, 1).astype(np.int64)
        parity = value.parity
        value = layers.append_affine(value, signs, signs * 0)
        value = value.like(scale=abs(value.scale), parity=parity)
    return _append(layers, value, MAXIMUM, window)


def _average(layers: LayerList, value: Value, window: Window, has_edges: bool) -> Value:
    if value.form.kind == "input":
        value = layers.to_integers(value)
    count = window.kernel[0] * window.kernel[1]
    if value.form.bound * count >= INTEGER_LIMIT:
        value = layers.shift_down(value, (INTEGER_LIMIT - 1) // count, "what an average takes")
    is_odd = value.parity == 1 and count % 2 == 1
    parity = None if value.parity is None or has_edges else int(is_odd)
    summed = _append(layers, value, SUM, window)
    return summed.like(scale=summed.scale / count, parity=parity)


def import_average_pool(op: Operation, layers: LayerList) -> Value:
    value = op.data()
    window = window_of(op, value)
    require(window.dilation == POINT, f"its dilations are {window.dilation}; 1 can be imported")
    leaves = window.leaves(*value.form.shape[:2])
    require(
        not leaves or op.attribute("count_include_pad", 0) == 1,
        "its windows at the edge average fewer positions (count_include_pad is 0); "
        "do not pad, or set it to 1",
    )
    require(
        not leaves or not any(value.shift != 0),
        "it pads with 0, but its input is shifted by a constant: move the normalization behind it",
    )
    return _average(layers, value, window, leaves)


def _average_all(layers: LayerList, value: Value) -> Value:
    size = value.form.shape[:2]
    return _average(layers, value, Window(size, POINT, POINT, (0, 0), POINT), has_edges=False)


def import_global_average_pool(op: Operation, layers: LayerList) -> Value:
    value = op.data()
    axes = ("c", "h", "w") if len(value.shape) == 3 else ("c", "w")
    require(value.is_grouped(axes), "its input is not a map in the order [N, C, H, W]")
    return _average_all(layers, value)


def import_reduce_mean(op: Operation, layers: LayerList) -> Value:
    """The mean of all positions, the channels kept."""
    value = op.data()
    axes = op.attribute("axes", None)
    if axes is None:
        axes = op.constant(1, "axes").tolist()
    rank = len(value.shape) + 1
    axes = {axis % rank for axis in axes}
    kept = [g for i, g in enumerate(value.groups, 1) if i not in axes]
    gone = [g for i, g in enumerate(value.groups, 1) if i in axes]
    letters = set("".join(reduce_groups(("h", "w"), value.form.shape)))
    require(
        0 not in axes and "".join(kept) in ("c", "") and set("".join(gone)) == letters,
        f"it averages axes {sorted(axes)}; all positions of a map, channels kept, can be imported",
    )
    pooled = _average_all(layers, value)
    keep = op.attribute("keepdims", 1)
    groups = ["" if i in axes else g for i, g in enumerate(value.groups, 1)] if keep else kept
    return pooled.like(groups=reduce_groups(groups, pooled.form.shape))
