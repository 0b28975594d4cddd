# SPDX-License-Identifier: Apache-2.0
"""Random integers that are the same in every version of every library."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from ..integer import Bits, Integers
from ..philox_arrays import philox4x32_rows

Item = TypeVar("Item")


class Draws:
    """A stream of Philox words under the key (seed, stream)."""

    def __init__(self, seed: int, stream: int) -> None:
        self.key, self.block = (seed, stream), 0

    def words(self, count: int) -> Integers:
        """u32 [count]."""
        blocks = -(-count // 4)
        counters = np.zeros((blocks, 4), np.int64)
        counters[:, 0] = np.arange(self.block, self.block + blocks)
        self.block += blocks
        return philox4x32_rows(counters, self.key).reshape(-1)[:count].astype(np.int64)

    def integers(self, low: int, high: int, *shape: int) -> Integers:
        """low to high, both included, high - low below 2^32."""
        count = int(np.prod(shape))
        return (low + self.words(count) % (high - low + 1)).reshape(shape)

    def integer(self, low: int, high: int) -> int:
        return int(self.integers(low, high, 1)[0])

    def choice(self, items: Sequence[Item]) -> Item:
        return items[self.integer(0, len(items) - 1)]

    def bits(self, *shape: int) -> Bits:
        return self.integers(0, 1, *shape) == 1

    def wide(self) -> int:
        """A u64."""
        low, high = self.words(2).tolist()
        return low | high << 32
