# SPDX-License-Identifier: Apache-2.0
"""The functions of fixed_point for whole arrays: the same integers, in u64 (SPEC.md, section 4).

Every product of the specification is below 2^64, so nothing overflows here.
"""

import numpy as np
from numpy.typing import NDArray

from . import fixed_point

Words = NDArray[np.uint64]

_WORD = np.uint64(0xFFFFFFFF)
_ONE_Q31 = np.uint64(1 << 31)


def _u64(value: int) -> np.uint64:
    return np.uint64(value)


def _mulhi(a: Words, b: Words) -> Words:
    return a * b >> _u64(32)


def _alternating(coefficients: tuple[int, ...], x: Words) -> Words:
    h = np.full_like(x, coefficients[-1])
    for c in reversed(coefficients[:-1]):
        h = _u64(c) - _mulhi(h, x)
    return h


def bit_lengths(v: Words) -> Words:
    """Bits of each v < 2^53, which float64 holds exactly."""
    return np.frexp(v.astype(np.float64))[1].astype(np.uint64)


def exponential(d: Words) -> Words:
    """exp(-d) in Q1.31, for d in Q.20, below 2^32."""
    t = d * _u64(fixed_point.LOG2_E_Q30)
    k, x = t >> _u64(50), t >> _u64(18) & _WORD
    e = _ONE_Q31 - (_mulhi(_alternating(fixed_point.EXPONENTIAL, x), x) >> _u64(1))
    return np.where(k <= 31, e >> np.minimum(k, _u64(31)), _u64(0))


def logarithm(v: Words) -> Words:
    """ln(v / 2^(b-1)) in Q27, for 1 <= v < 2^53 of b bits."""
    bits, word = bit_lengths(v), _u64(32)
    up, down = np.minimum(bits, word), np.maximum(bits, word)
    leading = v << (word - up) >> (down - word)
    x = leading << _u64(1) & _WORD
    return _mulhi(_alternating(fixed_point.LOGARITHM, x), x) >> _u64(4)


def softmax(logits: NDArray[np.int64]) -> tuple[Words, Words]:
    """logits: Q11.20 [..., classes]; returns probabilities in Q0.31 [..., classes], summing to
    2^31, and the entropies of these distributions in Q27 nats [...]."""
    top = logits.argmax(-1)[..., None]  # the lowest of equals
    d = (np.take_along_axis(logits, top, -1) - logits).astype(np.uint64)
    e = exponential(d)
    total = e.sum(-1, keepdims=True, dtype=np.uint64)
    shift = bit_lengths(total) - _u64(32)
    reciprocal = _u64((1 << 63) - 1) // (total >> shift)
    p = e * reciprocal >> (_u64(32) + shift)
    np.put_along_axis(p, top, _u64(0), -1)
    np.put_along_axis(p, top, _ONE_Q31 - p.sum(-1, keepdims=True, dtype=np.uint64), -1)
    expected = (p * d).sum(-1, dtype=np.uint64) >> _u64(24)
    shift, total = shift[..., 0], total[..., 0]
    return p, shift * _u64(fixed_point.LN2_Q27) + logarithm(total) + expected


def negative_log(p: Words) -> Words:
    """-ln p in Q27, for p in Q0.31, 1 to 2^31."""
    return (_u64(32) - bit_lengths(p)) * _u64(fixed_point.LN2_Q27) - logarithm(p)


def entropy(p: Words) -> Words:
    """Of distributions in Q0.31 [..., classes], in Q27 nats: [...]."""
    terms = p * negative_log(np.maximum(p, _u64(1)))
    return terms.sum(-1, dtype=np.uint64) >> _u64(31)
