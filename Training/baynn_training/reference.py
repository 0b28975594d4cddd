# SPDX-License-Identifier: Apache-2.0
"""The prediction from a posterior, plainly (SPEC.md, section 5).

This is the definition that vectors and known answers are made with: no sharing of work,
no fast path.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from . import fixed_point_arrays
from .integer_network import IntegerNetwork
from .leaves import leaf_mass
from .posterior import (
    Leaf,
    Posterior,
    Weights,
    certified_weights,
    default_posterior,
    deterministic_weights,
    draw,
    exact_weights,
    leaves_of,
    posterior_leaves,
    sampled_weights,
)

__all__ = [
    "Prediction",
    "Weights",
    "certified_weights",
    "default_posterior",
    "deterministic_weights",
    "draw",
    "exact_weights",
    "predict",
    "predict_default",
    "predict_exact",
    "predict_leaves",
    "predict_posterior",
    "sampled_weights",
]

DEVIATION_MAX = (1 << 32) - 1


@dataclass(frozen=True, eq=False)
class Prediction:
    """leaves: different networks evaluated; samples: draws, or leaves without draws.

    mass_q31: posterior probability of the leaves evaluated; 0 if a layer is wide.
    Of classes: entropy_q16, mutual_information_q16: Q16.16 nats; probability_q31: one for each
    class; all are means over positions. position_probability_q31: [positions, classes];
    position_entropy_q16, position_mutual_information_q16: [positions].
    Of values: mean_q16 (Q15.16), spread_q16 (standard deviation over leaves) and deviation_q16
    (noise included), one for each output; then label and entropies are 0.
    """

    label: int
    leaves: int
    samples: int
    entropy_q16: int
    mutual_information_q16: int
    mass_q31: int
    probability_q31: tuple[int, ...] = ()
    position_probability_q31: NDArray[np.uint32] | None = None
    position_entropy_q16: NDArray[np.uint32] | None = None
    position_mutual_information_q16: NDArray[np.uint32] | None = None
    mean_q16: tuple[int, ...] = ()
    deviation_q16: tuple[int, ...] = ()
    spread_q16: tuple[int, ...] = ()

    def output_bytes(self) -> bytes:
        """Probabilities of all positions as u32, or pairs of mean (i32) and standard deviation
        (u32) of all outputs: what checksums of known answers run over."""
        if self.position_probability_q31 is not None:
            return self.position_probability_q31.astype("<u4").tobytes()
        pairs = zip(self.mean_q16, self.deviation_q16, strict=True)
        return b"".join(
            mean.to_bytes(4, "little", signed=True) + deviation.to_bytes(4, "little")
            for mean, deviation in pairs
        )

    def output_checksum(self) -> int:
        return zlib.crc32(self.output_bytes())


def _mass(network: IntegerNetwork, leaves: Sequence[Leaf]) -> int:
    if network.wide_layers:
        return 0
    return sum(leaf_mass(leaf.mask, network.drop_q16) for leaf in leaves)


def _classify(
    network: IntegerNetwork, logits: list[NDArray[np.int64]], leaves: Sequence[Leaf], samples: int
) -> Prediction:
    """logits: of each leaf, [positions, classes]."""
    total = np.uint64(sum(leaf.weight for leaf in leaves))
    sums, expected = np.zeros(logits[0].shape, np.uint64), np.zeros(len(logits[0]), np.uint64)
    for leaf, rows in zip(leaves, logits, strict=True):
        p, entropy = fixed_point_arrays.softmax(rows)
        sums += np.uint64(leaf.weight) * p
        expected += np.uint64(leaf.weight) * entropy
    probability, expected = sums // total, expected // total
    entropy = fixed_point_arrays.entropy(probability)
    information = np.where(entropy > expected, entropy - np.minimum(entropy, expected), 0)
    entropy_q16 = (entropy + np.uint64(1 << 10)) >> np.uint64(11)
    information_q16 = (information.astype(np.uint64) + np.uint64(1 << 10)) >> np.uint64(11)
    positions = len(probability)
    means = [int(a) // positions for a in probability.sum(0, dtype=np.uint64)]
    return Prediction(
        label=means.index(max(means)),
        leaves=len(leaves),
        samples=samples,
        entropy_q16=int(entropy_q16.sum()) // positions,
        mutual_information_q16=int(information_q16.sum()) // positions,
        mass_q31=_mass(network, leaves),
        probability_q31=tuple(means),
        position_probability_q31=probability.astype(np.uint32),
        position_entropy_q16=entropy_q16.astype(np.uint32),
        position_mutual_information_q16=information_q16.astype(np.uint32),
    )


def _i32(value: int) -> int:
    """As 32 bits hold it."""
    return (value + (1 << 31)) % (1 << 32) - (1 << 31)


def _regress(
    network: IntegerNetwork, values: list[NDArray[np.int64]], leaves: Sequence[Leaf], samples: int
) -> Prediction:
    """values: of each leaf, [outputs]."""
    weights = [leaf.weight for leaf in leaves]
    total = sum(weights)
    means, deviations, spreads = [], [], []
    for j, noise in enumerate(network.head.noise.tolist()):
        first = int(values[0][j])
        distances = [_i32(int(row[j]) - first) for row in values]
        average = sum(g * d for g, d in zip(weights, distances, strict=True)) // total
        square = sum(g * d * d for g, d in zip(weights, distances, strict=True)) // total
        variance = max(0, square - average * average)
        means.append(_i32(first + average))
        spreads.append(min(isqrt(variance), DEVIATION_MAX))
        deviations.append(min(isqrt(variance + noise * noise), DEVIATION_MAX))
    return Prediction(
        label=0,
        leaves=len(leaves),
        samples=samples,
        entropy_q16=0,
        mutual_information_q16=0,
        mass_q31=_mass(network, leaves),
        mean_q16=tuple(means),
        deviation_q16=tuple(deviations),
        spread_q16=tuple(spreads),
    )


def predict_leaves(
    network: IntegerNetwork, x: np.ndarray, leaves: Sequence[Leaf], samples: int | None = None
) -> Prediction:
    """Averages leaves, in the order of visits.

    x: [elements], 0 to maximum. samples: the number of draws, if there were draws.
    Raises ValueError if no leaf has a weight.
    """
    if not any(leaf.weight for leaf in leaves):
        raise ValueError("no prediction: all leaves have the mass 0")
    outputs = [network.trace(x, leaf.mask, leaf.wide).logits for leaf in leaves]
    samples = len(leaves) if samples is None else samples
    if network.is_regression:
        return _regress(network, outputs, leaves, samples)
    logits = [rows.reshape(-1, network.classes) for rows in outputs]
    return _classify(network, logits, leaves, samples)


def predict(
    network: IntegerNetwork, x: np.ndarray, weights: Weights, samples: int | None = None
) -> Prediction:
    """Averages the leaves of a posterior without wide layers, given by masks and weights."""
    return predict_leaves(network, x, leaves_of(weights), samples)


def predict_posterior(network: IntegerNetwork, x: np.ndarray, posterior: Posterior) -> Prediction:
    """x: [elements], 0 to maximum."""
    samples = posterior.passes if posterior.kind == "sampled" else None
    return predict_leaves(network, x, posterior_leaves(network, posterior), samples)


def predict_exact(network: IntegerNetwork, x: np.ndarray) -> Prediction:
    """The prediction of the exact posterior."""
    return predict(network, x, exact_weights(network.drop_q16))


def predict_default(network: IntegerNetwork, x: np.ndarray) -> Prediction:
    """The prediction of known answers: exact, or sampled if a layer is wide."""
    return predict_posterior(network, x, default_posterior(network))
