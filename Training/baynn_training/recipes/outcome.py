# SPDX-License-Identifier: Apache-2.0
"""What a network says about a set of inputs, by the default posterior."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ..predictive import predict

CHUNK = 500
"""Inputs that are predicted at once."""


@dataclass(frozen=True)
class Outcome:
    """probabilities: [count(, height, width), classes]; entropies, informations: [count(,
    height, width)], nats. For a regression mean, deviation, spread: [count, outputs]."""

    probabilities: Tensor | None = None
    entropies: Tensor | None = None
    informations: Tensor | None = None
    mean: Tensor | None = None
    deviation: Tensor | None = None
    spread: Tensor | None = None

    def scores(self, measure: str) -> Tensor:
        """One number an input, as the policy sees it: [count]. Of a map the mean over its
        positions, of a regression the largest of its outputs."""
        if self.mean is not None:
            values = {"standard deviation": self.deviation, "spread": self.spread}[measure]
            return values.amax(1)
        values = {"entropy": self.entropies, "mutual information": self.informations}[measure]
        return values.flatten(1).mean(1) if values.dim() > 1 else values

    def select(self, chosen: Tensor) -> "Outcome":
        return Outcome(*(None if t is None else t[chosen] for t in vars(self).values()))


def _spread(deviations: Tensor, noise: Tensor) -> Tensor:
    """Standard deviation between leaves: what the learned noise does not explain."""
    return (deviations.square() - noise.double().square()).clamp_min(0).sqrt()


@torch.no_grad()
def predict_all(network: torch.nn.Module, x: Tensor, kind: str) -> Outcome:
    """x: u8 [count, height, width, channels]; network: finished."""
    parts = []
    for chunk in x.split(CHUNK):
        p = predict(network, chunk)
        parts.append(
            (p.means, p.deviations, _spread(p.deviations, network.noise))
            if kind == "regression"
            else (p.probabilities, p.entropy, p.mutual_information)
        )
    whole = [torch.cat(column).double() for column in zip(*parts, strict=True)]
    if kind == "regression":
        return Outcome(mean=whole[0], deviation=whole[1], spread=whole[2])
    return Outcome(*whole)
