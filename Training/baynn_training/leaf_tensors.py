# SPDX-License-Identifier: Apache-2.0
"""All leaves of a posterior at once, as tensors."""

from collections.abc import Sequence

import torch
from torch import Tensor

from .leaves import ONE_Q31, leaf_mass, leaf_states, quantize_probability

EXACT_SITES_MAX = 16


def all_drops(sites: int) -> Tensor:
    """The states of all leaves, masks ascending: bool [2^sites, sites]."""
    if sites > EXACT_SITES_MAX:
        raise ValueError(f"{sites} sites have too many leaves to enumerate")
    states = [leaf_states(mask, sites) for mask in range(1 << sites)]
    return torch.tensor(states, dtype=torch.bool).reshape(1 << sites, sites)


def all_masses(probabilities: Sequence[float]) -> Tensor:
    """Probabilities of all leaves, masks ascending, as the runtime splits them: [2^sites]."""
    drop_q16 = [quantize_probability(p) for p in probabilities]
    masses = [leaf_mass(mask, drop_q16) for mask in range(1 << len(drop_q16))]
    return torch.tensor(masses, dtype=torch.float64) / ONE_Q31
