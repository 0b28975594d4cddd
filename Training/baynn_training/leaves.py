# SPDX-License-Identifier: Apache-2.0
"""The leaves of the posterior: every assignment of keep or drop to all sites."""

from collections.abc import Sequence

ONE_Q31 = 1 << 31


def quantize_probability(probability: float) -> int:
    """A drop probability as Q0.16, at least 1 and at most 65535."""
    return min(max(round(probability * 65536), 1), 65535)


def leaf_states(mask: int, sites: int) -> list[int]:
    """States of the sites in order, 1 = drop; site 0 is the most significant bit."""
    return [mask >> (sites - 1 - site) & 1 for site in range(sites)]


def leaf_mass(mask: int, drop_q16: Sequence[int]) -> int:
    """Posterior probability of a leaf in Q0.31; those of all leaves sum to 2^31 exactly."""
    mass = ONE_Q31
    for q16, state in zip(drop_q16, leaf_states(mask, len(drop_q16)), strict=True):
        drop = (mass * q16) >> 16
        mass = drop if state else mass - drop
    return mass
