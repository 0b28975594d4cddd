# SPDX-License-Identifier: Apache-2.0
"""Which axes of a map an axis of an ONNX tensor runs over.

A map has the axes h, w and c. An ONNX tensor is described by one *group* for each axis after
the batch: a string of the map's axes that it runs over, the slowest first. ("c", "h", "w") is
the usual order, ("chw",) what Flatten makes of it, ("h", "w", "c") what Transpose can make of
it. Map axes of size 1 are left out, so ("c", "", "") and ("c",) are single positions.
"""

from collections.abc import Sequence
from math import prod

import numpy as np

Groups = tuple[str, ...]
Shape = tuple[int, int, int]
"""Height, width, channels."""

MAP_AXES = "hwc"


def sizes(shape: Shape) -> dict[str, int]:
    return dict(zip(MAP_AXES, shape, strict=True))


def reduce_groups(groups: Sequence[str], shape: Shape) -> Groups:
    """Leaves out map axes of size 1."""
    size = sizes(shape)
    return tuple("".join(a for a in group if size[a] > 1) for group in groups)


def lengths(groups: Groups, shape: Shape) -> tuple[int, ...]:
    """The sizes of the axes of the ONNX tensor, without the batch."""
    size = sizes(shape)
    return tuple(prod(size[a] for a in group) for group in groups)


def regroup(groups: Groups, shape: Shape, target: Sequence[int]) -> Groups | None:
    """The groups after a reshape to the sizes `target`, without the batch; None if it takes
    axes of the map apart."""
    size, letters = sizes(shape), "".join(groups)
    if prod(target) != prod(shape):
        return None
    regrouped = []
    for length in target:
        group = ""
        while prod(size[a] for a in group) < length and letters:
            group, letters = group + letters[0], letters[1:]
        if prod(size[a] for a in group) != length:
            return None
        regrouped.append(group)
    return tuple(regrouped)


def to_map(array: np.ndarray, groups: Groups, shape: Shape) -> np.ndarray:
    """Reorders an array of an ONNX tensor, [lengths of groups..., rest...], to
    [height, width, channels, rest...]."""
    size, letters = sizes(shape), "".join(groups)
    rest = array.shape[len(groups) :]
    array = array.reshape([*(size[a] for a in letters), *rest])
    order = [letters.index(a) for a in MAP_AXES if a in letters]
    tail = range(len(letters), len(letters) + len(rest))
    return array.transpose([*order, *tail]).reshape([*shape, *rest])


def from_map(array: np.ndarray, groups: Groups) -> np.ndarray:
    """The inverse of to_map: [height, width, channels] to [lengths of groups...]."""
    size = sizes(array.shape)
    present = [a for a in MAP_AXES if size[a] > 1]
    array = array.reshape([size[a] for a in present])
    array = array.transpose([present.index(a) for a in "".join(groups)])
    return array.reshape([prod(size[a] for a in group) for group in groups])
