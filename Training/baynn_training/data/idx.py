# SPDX-License-Identifier: Apache-2.0
"""IDX files, as MNIST is published in: a magic number, sizes, then the elements."""

import gzip
import struct
from pathlib import Path

import numpy as np

from ..export import write_atomically

_TYPES = {0x08: np.dtype("u1"), 0x0D: np.dtype(">f4"), 0x0E: np.dtype(">f8")}


def read_idx(path: Path) -> np.ndarray:
    """Reads an IDX file of bytes or floats, packed by gzip or not.

    Raises ValueError if its size is not the one that it states.
    """
    raw = Path(path).read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    if len(raw) < 4 or raw[:2] != b"\0\0" or raw[2] not in _TYPES or raw[3] == 0:
        raise ValueError(f"{path} is no IDX file of bytes or floats")
    kind, dimensions = _TYPES[raw[2]], raw[3]
    start = 4 + 4 * dimensions
    if len(raw) < start:
        raise ValueError(f"{path} ends within its sizes: get it anew")
    sizes = struct.unpack(f">{dimensions}I", raw[4:start])
    stated = start + int(np.prod(sizes, dtype=np.int64)) * kind.itemsize
    if len(raw) != stated:
        raise ValueError(f"{path} has {len(raw)} bytes but states {stated}: get it anew")
    return np.frombuffer(raw, kind, offset=start).reshape(sizes).astype(kind.newbyteorder("="))


def write_idx(path: Path, array: np.ndarray) -> None:
    """Writes u8 or float32 of 1 to 4 dimensions."""
    codes = {"uint8": 0x08, "float32": 0x0D}
    if array.dtype.name not in codes or not 1 <= array.ndim <= 4:
        raise ValueError(f"cannot write {array.dtype} of {array.ndim} dimensions as IDX")
    head = bytes([0, 0, codes[array.dtype.name], array.ndim])
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    write_atomically(path, head + sizes + array.astype(array.dtype.newbyteorder(">")).tobytes())
