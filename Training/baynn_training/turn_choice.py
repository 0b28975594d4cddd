# SPDX-License-Identifier: Apache-2.0
"""Chooses the channels to turn: those that are mostly 1 for typical inputs, where that pays."""

from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from .integer import Bits, Integers
from .integer_network import IntegerNetwork
from .posterior import draw_pass
from .row_visits import summing, visits
from .turning import Turn, turn_network, turnable, turned_channels

INPUTS = 256
"""Inputs that densities are measured on, at most."""

BATCH = 16


class Choice(NamedTuple):
    """before, after: rows of weights visited for an input, by the number of the layer."""

    network: IntegerNetwork
    turn: Turn
    before: dict[int, float]
    after: dict[int, float]


def spaced(x: np.ndarray, count: int = INPUTS) -> np.ndarray:
    """Inputs from all over: data sets are sorted by person or class."""
    return x[np.linspace(0, len(x) - 1, min(len(x), count)).astype(np.int64)]


def _observe(network: IntegerNetwork, x: Integers) -> dict[int, Bits]:
    """All bits of the tensors that may be turned or are summed, in the leaf that drops nothing:
    [count, H, W, C]."""
    numbers = set(turnable(network)) | set(summing(network).values())
    parts: dict[int, list[Bits]] = {number: [] for number in numbers}
    starts = range(0, len(x), BATCH)
    for start in tqdm(starts, "counting ones", unit="batch", leave=False, disable=None):
        tensors = network.trace(x[start : start + BATCH], 0).tensors
        for number, rows in parts.items():
            rows.append(tensors[number] == 1)
    return {number: np.concatenate(rows) for number, rows in parts.items()}


def _fits(network: IntegerNetwork, turn: Turn) -> bool:
    """Whether the format holds the turned network."""
    try:
        turn_network(network, turn)
    except ValueError:
        return False
    return True


def choose_turn(network: IntegerNetwork, x: np.ndarray) -> Choice:
    """Turns, tensor after tensor, the channels that are 1 in more than half of all places, if
    fewer rows are visited then.

    x: typical inputs, [count, elements] or [count, H, W, C], 0 to maximum.
    """
    bits = _observe(network, spaced(np.asarray(x)).astype(np.int64))
    turn: dict[int, Bits] = {}
    before = after = visits(network, bits, turn)
    for number in turnable(network):
        candidate = {**turn, number: bits[number].mean((0, 1, 2)) > 0.5}
        rows = visits(network, bits, candidate)
        if sum(rows.values()) < sum(after.values()) and _fits(network, candidate):
            turn, after = candidate, rows
    return Choice(turn_network(network, turn), turn, before, after)


def check_turned(network: IntegerNetwork, turned: IntegerNetwork, turn: Turn, x: Integers) -> int:
    """Raises ValueError unless both networks say the same, and all tensors differ in nothing but
    the channels that are turned.

    x: [count, elements] or [count, H, W, C]; each input runs under random decisions of its own,
    the first one without any. Returns the number of elements compared.
    """
    channels, count = turned_channels(network, turn), 0
    for i, row in enumerate(tqdm(x, "comparing", unit="input", leave=False, disable=None)):
        leaf = draw_pass(network, i, seed=0, call=0)
        mask, wide = (leaf.mask, leaf.wide) if i else (0, None)
        old, new = network.trace(row, mask, wide), turned.trace(row, mask, wide)
        for number, (a, b) in enumerate(zip(old.tensors, new.tensors, strict=True)):
            if not np.array_equal(a, np.where(channels[number], 1 - b, b)):
                raise ValueError(f"layer {number} differs after the turn, input {i}, mask {mask:b}")
            count += a.size
        if not np.array_equal(old.logits, new.logits):
            raise ValueError(f"outputs differ after the turn, input {i}, mask {mask:b}")
    return count
