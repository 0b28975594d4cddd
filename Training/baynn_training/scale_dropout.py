# SPDX-License-Identifier: Apache-2.0
"""Scale Dropout: one random bit for a whole layer."""

import torch
from torch import Tensor, nn


class ScaleDropout(nn.Module):
    """Multiplies each channel by a learned scale, or by 1 if the layer's scale is dropped.

        a~ = (1 - drop) a + drop,    drop ~ Bernoulli(p), one bit per sample and layer

    Ahmed et al., "Scale-Dropout" (arXiv 2311.15816). The bit is drawn in training and in
    inference alike. It is one per *sample*: if a whole batch shared it, a batch
    normalization behind this layer would divide the scale out again.

    scale: [channels], the scale of the keep state.
    probability: p, of dropping, in (0, 1).
    """

    def __init__(self, channels: int, probability: float) -> None:
        super().__init__()
        if not 0 < probability < 1:
            raise ValueError(f"drop probability {probability} is not between 0 and 1")
        self.probability = probability
        self.scale = nn.Parameter(1 + 0.1 * torch.randn(channels))

    def forward(self, z: Tensor, drop: Tensor) -> Tensor:
        """z: [batch, channels]; drop: bool [batch]; returns [batch, channels]."""
        dropped = drop[:, None].to(z.dtype)
        return z * ((1 - dropped) * self.scale + dropped)

    def extra_repr(self) -> str:
        return f"channels={len(self.scale)}, probability={self.probability}"
