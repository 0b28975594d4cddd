# SPDX-License-Identifier: Apache-2.0
"""Random variations of training digits."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from .data import MAXIMUM, SIDE


@dataclass(frozen=True)
class Augmentation:
    """How far each variation goes, at most; each is drawn uniformly per sample.

    rotation: degrees. zoom: relative. shear: relative. shift: pixels. noise: standard
    deviation, in units of a pixel's value.
    """

    rotation: float = 10.0
    zoom: float = 0.1
    shear: float = 0.1
    shift: float = 0.7
    noise: float = 0.5

    def __call__(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """x: [batch, 64]; returns [batch, 64], integers 0 to 16 again."""
        count = len(x)

        def uniform(limit: float) -> Tensor:
            return (2 * torch.rand(count, generator=generator) - 1) * limit

        angle = uniform(math.radians(self.rotation))
        zoom_x, zoom_y = 1 + uniform(self.zoom), 1 + uniform(self.zoom)
        shear = uniform(self.shear)
        # affine_grid measures in half sides.
        shift_x, shift_y = uniform(self.shift * 2 / SIDE), uniform(self.shift * 2 / SIDE)
        rows = [
            torch.stack([zoom_x * angle.cos(), shear - angle.sin(), shift_x], 1),
            torch.stack([angle.sin(), zoom_y * angle.cos(), shift_y], 1),
        ]
        images = x.view(count, 1, SIDE, SIDE)
        grid = functional.affine_grid(torch.stack(rows, 1), images.shape, align_corners=False)
        moved = functional.grid_sample(images, grid, align_corners=False).view(count, -1)
        # Paper stays paper: noise in a background that never varies in the data would
        # only blur the thresholds of the first layer.
        ink = moved > 0.5
        noise = self.noise * torch.randn(x.shape, generator=generator)
        return (moved + noise * ink).round().clamp(0, MAXIMUM)
