# SPDX-License-Identifier: Apache-2.0
"""Makes the layers that were found fewer and smaller, without changing a bit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..integer import MAXIMUM, Add, Affine, Concatenate, Convolution, Layer, Pool

Numbers = dict[int, int]
"""From the number of a tensor to its new number; tensors that are gone are missing."""


def _with_sources(layer: Layer, number: int, numbers: Numbers) -> Layer:
    new = [numbers[source] for source in layer.sources(number)]
    if isinstance(layer, Add | Concatenate):
        return replace(layer, first=new[0], second=new[1])
    return replace(layer, source=new[0])


def _uses(layers: Sequence[Layer], last: int) -> Counter[int]:
    """How many needed layers take each tensor; the head takes the last. Tensors that are not
    needed are missing."""
    uses = Counter({last: 1})
    for number in range(last, 0, -1):
        if number in uses:
            uses.update(layers[number - 1].sources(number))
    return uses


def _is_sign(layer: Layer) -> bool:
    is_threshold = isinstance(layer, Affine) and layer.bits == 1 and layer.shift == 0
    return is_threshold and bool((abs(layer.multiplier) == 1).all())


def _move_signs(layers: Sequence[Layer], last: int) -> tuple[list[Layer], set[int]]:
    """Signs that rise with what a maximum pool gives are taken before the pool, so that bits
    instead of integers are pooled: the two layers swap places. Returns layers, and numbers of
    tensors that are no longer what they were."""
    layers, uses, changed = list(layers), _uses(layers, last), set()
    for number, layer in enumerate(layers, 1):
        if number not in uses or not _is_sign(layer) or layer.source != number - 1 or number == 1:
            continue
        pool = layers[number - 2]
        if not isinstance(pool, Pool) or pool.mode != MAXIMUM or uses[number - 1] > 1:
            continue
        if bool((layer.multiplier == 1).all()):
            layers[number - 2] = replace(layer, source=pool.source)
            layers[number - 1] = replace(pool, source=number - 1)
            changed.add(number - 1)
    return layers, changed


def _merge_signs(layers: Sequence[Layer]) -> list[Layer]:
    """The sign of integers that another layer negated or moved is taken before that layer."""
    layers = list(layers)
    for number, layer in enumerate(layers, 1):
        moved = layers[layer.source - 1] if _is_sign(layer) and layer.source else None
        if isinstance(moved, Affine) and not moved.bits and not moved.shift:
            if bool((abs(moved.multiplier) == 1).all()):
                layers[number - 1] = replace(
                    layer,
                    source=moved.source,
                    multiplier=layer.multiplier * moved.multiplier,
                    offset=layer.multiplier * moved.offset + layer.offset,
                )
    return layers


def _folded(convolution: Convolution, sign: Affine) -> Convolution:
    """The sign of the sums as thresholds: z + offset >= 0, or -z + offset >= 0, which is NOT
    z >= offset + 1."""
    inversions = sign.multiplier < 0
    least = np.where(inversions, sign.offset + 1, -sign.offset)
    thresholds = (least + convolution.bound).clip(0, 2 * convolution.bound + 1)
    return replace(convolution, thresholds=thresholds, inversions=inversions)


def fuse(layers: Sequence[Layer]) -> tuple[list[Layer], Numbers]:
    """Layers that the last one does not need are dropped, and signs of convolutions become
    their thresholds. Returns layers and new numbers."""
    last = len(layers)
    layers, changed = _move_signs(layers, last)
    layers = _merge_signs(layers)
    uses = _uses(layers, last)
    result: list[Layer] = []
    numbers: Numbers = {0: 0}
    for number, layer in enumerate(layers, 1):
        if number not in uses:
            continue
        source = layers[layer.source - 1] if _is_sign(layer) and layer.source else None
        if isinstance(source, Convolution) and not source.states and uses[layer.source] == 1:
            place = numbers.pop(layer.source)
            result[place - 1] = _folded(result[place - 1], layer)
            numbers[number] = place
        else:
            result.append(_with_sources(layer, number, numbers))
            numbers[number] = len(result)
    return result, {old: new for old, new in numbers.items() if old not in changed}
