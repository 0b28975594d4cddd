# SPDX-License-Identifier: Apache-2.0
"""Philox4x32-10 for many counters at once: the same words as philox.philox4x32."""

import numpy as np
from numpy.typing import NDArray

from .philox import MULTIPLIERS, ROUNDS, WEYL, WORD


def philox4x32_rows(counters: NDArray[np.integer], key: tuple[int, int]) -> NDArray[np.uint64]:
    """counters: [count, 4], u32 each, the least significant word first; returns four random
    words, u32, for each: [count, 4]."""
    c0, c1, c2, c3 = counters.astype(np.uint64).T
    half, word = np.uint64(32), np.uint64(WORD)
    k0, k1 = key
    for _ in range(ROUNDS):
        product0, product1 = c0 * np.uint64(MULTIPLIERS[0]), c2 * np.uint64(MULTIPLIERS[1])
        c0, c1, c2, c3 = (
            product1 >> half ^ c1 ^ np.uint64(k0),
            product1 & word,
            product0 >> half ^ c3 ^ np.uint64(k1),
            product0 & word,
        )
        k0, k1 = (k0 + WEYL[0]) & WORD, (k1 + WEYL[1]) & WORD
    return np.stack([c0, c1, c2, c3], 1)
