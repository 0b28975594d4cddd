# SPDX-License-Identifier: Apache-2.0
"""Philox4x32-10, the counter-based generator of the sampled posterior.

Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section 4.3.
"""

WORD = 0xFFFFFFFF
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10


def philox4x32(
    counter: tuple[int, int, int, int], key: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Returns four random words; all words are u32, the least significant first."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(ROUNDS):
        product0, product1 = c0 * MULTIPLIERS[0], c2 * MULTIPLIERS[1]
        c0, c1, c2, c3 = (
            product1 >> 32 ^ c1 ^ k0,
            product1 & WORD,
            product0 >> 32 ^ c3 ^ k1,
            product0 & WORD,
        )
        k0, k1 = (k0 + WEYL[0]) & WORD, (k1 + WEYL[1]) & WORD
    return c0, c1, c2, c3
