# SPDX-License-Identifier: Apache-2.0
"""Takes an image apart from the front."""

import struct

import numpy as np

from .bit_rows import from_planes, unpack_rows, words


class ImageError(ValueError):
    """An image that is refused.

    reason: "truncated", "magic", "format", "checksum", or "content" for all that lies behind a
    right checksum.
    """

    def __init__(self, reason: str, what: str) -> None:
        super().__init__(f"image: {what}")
        self.reason = reason


def require(condition: bool, what: str, reason: str = "content") -> None:
    if not condition:
        raise ImageError(reason, what)


class Cursor:
    """Takes bytes from the front, and knows if there are too few or too many."""

    def __init__(self, data: bytes) -> None:
        self.data, self.offset = data, 0

    def take(self, count: int) -> bytes:
        require(self.offset + count <= len(self.data), "a section is too short for its content")
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
        require(self.offset == len(self.data), "a section is too long for its content")
