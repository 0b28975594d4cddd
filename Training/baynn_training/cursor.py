# SPDX-License-Identifier: Apache-2.0
"""Takes an image apart from the front."""

import struct

import numpy as np

from .bit_rows import from_planes, unpack_rows, words


def require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(f"image: {what}")


class Cursor:
    """Takes bytes from the front, and knows if there are too few or too many."""

    def __init__(self, data: bytes) -> None:
        self.data, self.offset = data, 0

    def take(self, count: int) -> bytes:
        if self.offset + count > len(self.data):
            raise ValueError("a section of the image is too short for its content")
        self.offset += count
        return self.data[self.offset - count : self.offset]

    def u32(self, count: int) -> tuple[int, ...]:
        return struct.unpack(f"<{count}I", self.take(4 * count))

    def i32(self, rows: int, columns: int) -> list[np.ndarray]:
        """Tuples of i32, one for each row; returns the columns, int64 [rows] each."""
        data = np.frombuffer(self.take(4 * rows * columns), "<i4").astype(np.int64)
        return list(data.reshape(rows, columns).T)

    def rows(self, rows: int, lanes: int, padding: bool = False) -> np.ndarray:
        return unpack_rows(self.take(4 * rows * words(lanes)), rows, lanes, padding)

    def integers(self, planes: int, lanes: int, padding: bool = False) -> np.ndarray:
        """A row of integers in planes: int64 [lanes]."""
        return from_planes(self.rows(planes, lanes, padding))

    def end(self) -> None:
        if self.offset != len(self.data):
            raise ValueError("a section of the image is too long for its content")
