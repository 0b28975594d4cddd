# SPDX-License-Identifier: Apache-2.0
"""Bit rows, bit matrices and integers in planes (SPEC.md, section 2)."""

import numpy as np
from numpy.typing import NDArray

WORD_BITS = 32


def words(lanes: int) -> int:
    """Words of a bit row."""
    return -(-lanes // WORD_BITS)


def pack_rows(bits: NDArray[np.bool_], padding: bool = False) -> bytes:
    """bits: [rows, lanes]; lane j is bit (j mod 32) of word (j div 32), little-endian.

    padding: value of the lanes that only fill up the last word.
    """
    rows, lanes = bits.shape
    padded = np.full((rows, words(lanes) * WORD_BITS), padding, bool)
    padded[:, :lanes] = bits
    # Little-endian words whose lanes ascend are little-endian bytes whose lanes ascend.
    return np.packbits(padded, axis=1, bitorder="little").tobytes()


def unpack_rows(data: bytes, rows: int, lanes: int, padding: bool = False) -> NDArray[np.bool_]:
    """The inverse of pack_rows; refuses padding lanes of another value."""
    flat = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little").astype(bool)
    matrix = flat.reshape(rows, words(lanes) * WORD_BITS)
    if (matrix[:, lanes:] != padding).any():
        raise ValueError("padding lanes of a bit row are not as the format demands")
    return matrix[:, :lanes]


def to_planes(values: NDArray[np.int64], planes: int) -> NDArray[np.bool_]:
    """values: [lanes], 0 to 2^planes - 1; returns [planes, lanes], least bit first."""
    if len(values) and not 0 <= values.min() <= values.max() < 1 << planes:
        raise ValueError(f"a value does not fit {planes} planes")
    return (values[None, :] >> np.arange(planes)[:, None] & 1).astype(bool)


def from_planes(bits: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The inverse of to_planes."""
    return (bits.astype(np.int64) << np.arange(len(bits))[:, None]).sum(0)
