# SPDX-License-Identifier: Apache-2.0
"""The random decisions that a layer may carry (SPEC.md, 3.8)."""

NO_METHOD = 0
SCALE_DROPOUT = 1
SPINDROP = 2
SPATIAL_SPINDROP = 3
SPINBAYES = 4
GAUSSIAN_SCALE = 5
AFFINE_DROPOUT = 6

HALF_Q16 = 1 << 15
GAUSSIAN_BITS = 128
"""Random bits of one Gaussian: eight halves of words."""


def copy_sites(copies: int) -> tuple[int, ...]:
    """Probabilities, Q0.16, of the sites that choose one of 2, 4, 8 or 16 copies."""
    return (HALF_Q16,) * (copies.bit_length() - 1)
