# SPDX-License-Identifier: Apache-2.0
"""Inputs that are no digits, or none that the network has learned."""

import torch
from torch import Tensor

from .data import MAXIMUM, PIXELS, SIDE

SHIFTS = ("noise", "rotated", "inverted", "shuffled")
TITLES = {
    "noise": "uniform noise",
    "rotated": "rotated by 90 degrees",
    "inverted": "inverted",
    "shuffled": "pixels shuffled",
}
_SEED = 1


def shift(name: str, x: Tensor) -> Tensor:
    """x: [count, 64], digits; returns as many inputs of the same kind of values.

    noise: every value 0 to 16 equally often; x is ignored.
    rotated: a quarter turn to the left. (A 0 stays close to a 0.)
    inverted: 16 - x.
    shuffled: pixels in another order, of each input its own.
    """
    generator = torch.Generator().manual_seed(_SEED)
    match name:
        case "noise":
            return torch.randint(0, MAXIMUM + 1, x.shape, generator=generator).to(x.dtype)
        case "rotated":
            return torch.rot90(x.view(-1, SIDE, SIDE), 1, (1, 2)).reshape(-1, PIXELS)
        case "inverted":
            return MAXIMUM - x
        case "shuffled":
            return x.gather(1, torch.rand(x.shape, generator=generator).argsort(1))
    raise ValueError(f"no shift named {name!r}")
