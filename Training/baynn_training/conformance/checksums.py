# SPDX-License-Identifier: Apache-2.0
"""Checksums of tensors (Tests/Vectors/README.md)."""

import zlib
from collections.abc import Sequence

import numpy as np

from ..integer import Integers, TensorForm
from ..integer_network import IntegerNetwork, WideDraws


def tensor_bytes(tensor: Integers, form: TensorForm) -> bytes:
    """The elements in order of y, x and channel: codes one byte each, integers i32."""
    return np.asarray(tensor).astype("<i4" if form.kind == "integers" else "u1").tobytes()


def checksums(network: IntegerNetwork, tensors: Sequence[Integers]) -> list[int]:
    """CRC-32 of each layer's tensor, of a trace of one input."""
    pairs = zip(tensors[1:], network.forms[1:], strict=True)
    return [zlib.crc32(tensor_bytes(tensor, form)) for tensor, form in pairs]


def tensor_checksums(
    network: IntegerNetwork, x: np.ndarray, mask: int = 0, wide: WideDraws | None = None
) -> list[int]:
    """CRC-32 of each layer's tensor in one leaf. x: [elements], 0 to maximum."""
    return checksums(network, network.trace(x, mask, wide).tensors)
