# SPDX-License-Identifier: Apache-2.0
"""Which leaves a posterior visits, and with which weights (SPEC.md, section 5)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .integer import GAUSSIAN_SCALE, Layer
from .integer_network import IntegerNetwork, WideDraws
from .leaves import ONE_Q31, leaf_mass
from .philox import WORD, philox4x32
from .philox_arrays import philox4x32_rows

Weights = dict[int, int]
"""Weight of each leaf of a posterior, by its mask, in the order of visits."""

DEFAULT_PASSES = 20


@dataclass(frozen=True)
class Posterior:
    """cut_q31: of a certified posterior. passes, seed (u64), call (u64): of a sampled one."""

    kind: Literal["exact", "certified", "sampled", "deterministic"]
    cut_q31: int = 0
    passes: int = DEFAULT_PASSES
    seed: int = 0
    call: int = 0


@dataclass(frozen=True)
class Leaf:
    """wide: what the wide layers drew; None drops nothing and has all Gaussians 0."""

    mask: int
    weight: int
    wide: WideDraws | None = None


def exact_weights(drop_q16: Sequence[int]) -> Weights:
    """All leaves, each with its mass."""
    return {mask: leaf_mass(mask, drop_q16) for mask in range(1 << len(drop_q16))}


def _split(mass: int, q16: int) -> tuple[int, int]:
    """The masses of keep and drop."""
    drop = mass * q16 >> 16
    return mass - drop, drop


def _largest(mass: int, drop_q16: Sequence[int]) -> int:
    """The largest mass of a leaf below a node. Both splits grow with the mass, so the larger
    one at each site leads there."""
    for q16 in drop_q16:
        mass = max(_split(mass, q16))
    return mass


def _reaching(cut: int, mask: int, mass: int, drop_q16: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Mask and mass of the leaves below a node that reach the cut, masks ascending."""
    if _largest(mass, drop_q16) < cut:
        return
    if not drop_q16:
        yield mask, mass
        return
    for state, part in enumerate(_split(mass, drop_q16[0])):
        yield from _reaching(cut, mask << 1 | state, part, drop_q16[1:])


def certified_weights(drop_q16: Sequence[int], cut_q31: int) -> Weights:
    """The leaves of at least the cut; if there is none, the first of the most probable."""
    largest = _largest(ONE_Q31, drop_q16)
    if largest < cut_q31:
        return dict([next(_reaching(largest, 0, ONE_Q31, drop_q16))])
    return dict(_reaching(cut_q31, 0, ONE_Q31, drop_q16))


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
    draws = (draw(drop_q16, sample, seed, call) for sample in range(passes))
    return dict(sorted(Counter(draws).items()))


def deterministic_weights() -> Weights:
    """The leaf that keeps every scale."""
    return {0: 1}


def _halves(words: np.ndarray) -> np.ndarray:
    """The 16-bit halves of words, the low one first: [count, 4] to [count, 8]."""
    return np.stack([words & 0xFFFF, words >> 16], -1).reshape(len(words), 8)


def gaussians(words: np.ndarray) -> np.ndarray:
    """Gaussians in Q16.16 from four random words each, [count, 4]: sums of their eight halves,
    which have mean 0, standard deviation 1 and kurtosis 2.85. Returns [count]."""
    return (2 * _halves(words).sum(1) - 524280) * 40132 >> 16


def draw_wide(layer: Layer, number: int, sample: int, seed: int, call: int) -> np.ndarray:
    """What wide layer `number` decides in a pass: bool [rows or channels], true = dropped, or
    Gaussians in Q16.16, int [channels]."""
    is_gaussian = layer.method == GAUSSIAN_SCALE
    blocks = layer.wide if is_gaussian else -(-layer.wide // 8)
    counters = np.zeros((blocks, 4), np.int64)
    counters[:, 0] = np.arange(blocks)
    counters[:, 1:] = ((number + 1) << 16) + sample, call & WORD, call >> 32
    words = philox4x32_rows(counters, (seed & WORD, seed >> 32)).astype(np.int64)
    if is_gaussian:
        return gaussians(words)
    return _halves(words).reshape(-1)[: layer.wide] < layer.probability


def draw_pass(network: IntegerNetwork, sample: int, seed: int, call: int) -> Leaf:
    """The leaf of pass `sample` of call `call`, of weight 1."""
    layers = network.wide_layers
    wide = [draw_wide(layer, w, sample, seed, call) for w, layer in enumerate(layers)]
    return Leaf(draw(network.drop_q16, sample, seed, call), 1, wide or None)


def leaves_of(weights: Weights) -> list[Leaf]:
    return [Leaf(mask, weight) for mask, weight in weights.items()]


def posterior_leaves(network: IntegerNetwork, posterior: Posterior) -> list[Leaf]:
    """The leaves of a posterior in the order of visits."""
    drop_q16 = network.drop_q16
    if posterior.kind == "deterministic":
        return leaves_of(deterministic_weights())
    if posterior.kind == "sampled":
        passes, seed, call = posterior.passes, posterior.seed, posterior.call
        if network.wide_layers:
            return [draw_pass(network, t, seed, call) for t in range(passes)]
        return leaves_of(sampled_weights(drop_q16, passes, seed, call))
    if network.wide_layers:
        raise ValueError(f"no {posterior.kind} posterior of a network with a wide layer: sample it")
    if posterior.kind == "exact":
        return leaves_of(exact_weights(drop_q16))
    return leaves_of(certified_weights(drop_q16, posterior.cut_q31))


def default_posterior(network: IntegerNetwork) -> Posterior:
    """The one of known answers: exact, or sampled if a layer is wide."""
    return Posterior("sampled" if network.wide_layers else "exact")
