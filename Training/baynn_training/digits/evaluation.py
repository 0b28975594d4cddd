# SPDX-License-Identifier: Apache-2.0
"""All figures of one trained network."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .. import metrics
from ..network import BinaryNetwork
from ..policy import Policy
from ..predictive import MEASURES, Predictive, predict
from .data import Digits
from .shifts import SHIFTS, shift

FLAGGED_SHARE = 0.05
"""Of the validation data, by the policy."""


@dataclass(frozen=True)
class Figures:
    """Of one network on held-out data; shares are 0 to 1.

    policies: by measure, chosen on validation data.
    flagged: by measure, the share of held-out digits that its policy flags.
    answered_accuracy: by measure, accuracy on the digits that it does not flag.
    auroc, detected: by shift, then by measure.
    differing_bits: of each hidden layer, the share of outputs that its drop state changes.
    """

    accuracy: float
    nll: float
    ece: float
    policies: dict[str, Policy]
    flagged: dict[str, float]
    answered_accuracy: dict[str, float]
    auroc: dict[str, dict[str, float]]
    detected: dict[str, dict[str, float]]
    differing_bits: list[float]


def scores(predictive: Predictive, measure: str) -> Tensor:
    return getattr(predictive, measure)


def choose_policy(measure: str, validation: Predictive) -> Policy:
    """Flags the most uncertain 5 % of the validation data; the threshold lies midway
    between the inputs on both sides of it."""
    values = scores(validation, measure).sort(descending=True).values
    flagged = round(FLAGGED_SHARE * len(values))
    threshold = values[flagged - 1 : flagged + 1].mean().item()
    rate = (values > threshold).double().mean().item()
    return Policy(measure, threshold, rate, len(values))


@torch.no_grad()
def differing_bits(network: BinaryNetwork, x: Tensor) -> list[float]:
    """Share of outputs of each hidden layer that differ between its two states, behind
    layers that keep. x: [count, elements]."""
    keep = torch.zeros(len(x), dtype=torch.bool)
    signs, shares = x.double(), []
    for layer in network.hidden:
        z = layer.linear(signs)
        signs = layer.activation(z, keep)
        shares.append((signs != layer.activation(z, ~keep)).double().mean().item())
    return shares


def evaluate(network: BinaryNetwork, digits: Digits) -> Figures:
    """network: finished. Everything comes from the exact posterior over all leaves."""
    test = predict(network, digits.test.x)
    validation = predict(network, digits.validation.x)
    shifted = {name: predict(network, shift(name, digits.test.x)) for name in SHIFTS}
    policies = {measure: choose_policy(measure, validation) for measure in MEASURES}

    def share(predictive: Predictive, measure: str) -> float:
        return (scores(predictive, measure) > policies[measure].threshold).double().mean().item()

    answered = {m: scores(test, m) <= policies[m].threshold for m in MEASURES}
    p, y = test.probabilities, digits.test.y
    return Figures(
        accuracy=metrics.accuracy(p, y),
        nll=metrics.negative_log_likelihood(p, y),
        ece=metrics.expected_calibration_error(p, y),
        policies=policies,
        flagged={m: share(test, m) for m in MEASURES},
        answered_accuracy={m: metrics.accuracy(p[a], y[a]) for m, a in answered.items()},
        auroc={
            name: {m: metrics.auroc(scores(test, m), scores(other, m)) for m in MEASURES}
            for name, other in shifted.items()
        },
        detected={name: {m: share(other, m) for m in MEASURES} for name, other in shifted.items()},
        differing_bits=differing_bits(network, digits.test.x),
    )
