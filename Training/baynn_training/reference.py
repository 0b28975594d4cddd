# SPDX-License-Identifier: Apache-2.0
"""The posterior and the prediction, plainly (SPEC.md, section 5).

This is the definition that vectors and known answers are made with: no sharing of work,
no fast path.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .fixed_point import negative_log, softmax
from .integer_network import IntegerNetwork
from .leaves import leaf_mass
from .philox import WORD, philox4x32

Weights = dict[int, int]
"""Weight of each leaf of a posterior, by its mask."""


@dataclass(frozen=True)
class Prediction:
    """leaves: different networks evaluated; samples: draws, or leaves without draws.

    entropy_q16, mutual_information_q16: Q16.16 nats. mass_q31: posterior probability of
    the leaves evaluated. probability_q31: one for each class.
    """

    label: int
    leaves: int
    samples: int
    entropy_q16: int
    mutual_information_q16: int
    mass_q31: int
    probability_q31: tuple[int, ...]


def exact_weights(drop_q16: Sequence[int]) -> Weights:
    """All leaves, each with its mass."""
    return {mask: leaf_mass(mask, drop_q16) for mask in range(1 << len(drop_q16))}


def certified_weights(drop_q16: Sequence[int], cut_q31: int) -> Weights:
    """The leaves of at least the cut, and always the most probable ones."""
    masses = exact_weights(drop_q16)
    cut = min(cut_q31, max(masses.values()))
    return {mask: mass for mask, mass in masses.items() if mass >= cut}


def draw(drop_q16: Sequence[int], sample: int, seed: int, call: int) -> int:
    """The mask of pass `sample` of call `call`, from a 64-bit seed."""
    key = (seed & WORD, seed >> 32)
    mask = 0
    for site, q16 in enumerate(drop_q16):
        r = sample * len(drop_q16) + site
        words = philox4x32((r >> 2, 0, call & WORD, call >> 32), key)
        mask = mask << 1 | (words[r % 4] >> 16 < q16)
    return mask


def sampled_weights(drop_q16: Sequence[int], passes: int, seed: int, call: int) -> Weights:
    """The distinct leaves among the draws, each with how often it was drawn."""
    return dict(Counter(draw(drop_q16, sample, seed, call) for sample in range(passes)))


def deterministic_weights() -> Weights:
    """The leaf that keeps every scale."""
    return {0: 1}


def predict(
    network: IntegerNetwork, x: np.ndarray, weights: Weights, samples: int | None = None
) -> Prediction:
    """Averages the leaves of a posterior.

    x: [elements], 0 to maximum. samples: the number of draws, if there were draws.
    """
    total = sum(weights.values())
    sums, expected = [0] * network.classes, 0
    for mask, weight in weights.items():
        logits, _ = network.trace(x, mask)
        p, entropy = softmax(logits.tolist())
        sums = [a + weight * pk for a, pk in zip(sums, p, strict=True)]
        expected += weight * entropy
    probability = [a // total for a in sums]
    expected //= total
    entropy = sum(p * negative_log(p) for p in probability if p) >> 31
    return Prediction(
        label=probability.index(max(probability)),
        leaves=len(weights),
        samples=len(weights) if samples is None else samples,
        entropy_q16=(entropy + (1 << 10)) >> 11,
        mutual_information_q16=(max(0, entropy - expected) + (1 << 10)) >> 11,
        mass_q31=sum(leaf_mass(mask, network.drop_q16) for mask in weights),
        probability_q31=tuple(probability),
    )


def predict_exact(network: IntegerNetwork, x: np.ndarray) -> Prediction:
    """The prediction of the exact posterior, as in known answers."""
    return predict(network, x, exact_weights(network.drop_q16))
