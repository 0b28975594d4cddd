# SPDX-License-Identifier: Apache-2.0
"""Logits to probabilities and entropy in integers (SPEC.md, section 4).

Python integers have no width, so the words of the specification are masks here.
"""

from collections.abc import Sequence

from .philox import WORD

LN2_Q27 = 93032640
LOG2_E_Q30 = 1549082005
EXPONENTIAL = (2977044461, 1031764709, 238385872, 41299337, 5703901, 633215, 46675)
LOGARITHM = (
    2147483379,
    1073727812,
    715573461,
    534554208,
    417113320,
    315493452,
    208116103,
    104895395,
    34113688,
    5206850,
)


def _mulhi(a: int, b: int) -> int:
    return a * b >> 32


def _alternating(coefficients: Sequence[int], x: int) -> int:
    """c0 - x (c1 - x (c2 - ...)), by Horner; x in Q0.32."""
    h = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        h = c - _mulhi(h, x)
    return h


def exponential(d: int) -> int:
    """exp(-d) in Q1.31, for d in Q.20, a u32."""
    t = d * LOG2_E_Q30
    k = t >> 50
    x = t >> 18 & WORD
    h = _alternating(EXPONENTIAL, x)
    return ((1 << 31) - (_mulhi(h, x) >> 1)) >> k if k <= 31 else 0


def logarithm(v: int) -> int:
    """ln(v / 2^(b-1)) in Q27, for an integer v >= 1 of b bits: from 0 to ln 2."""
    bits = v.bit_length()
    leading = v << (32 - bits) if bits <= 32 else v >> (bits - 32)
    x = leading << 1 & WORD
    return _mulhi(_alternating(LOGARITHM, x), x) >> 4


def softmax(logits: Sequence[int]) -> tuple[list[int], int]:
    """logits: Q11.20; returns probabilities in Q0.31, summing to 2^31, and the entropy of
    this distribution in Q27 nats."""
    top = max(range(len(logits)), key=lambda k: logits[k])  # the lowest of equals
    distances = [logits[top] - logit for logit in logits]
    exponentials = [exponential(d) for d in distances]
    total = sum(exponentials)
    shift = total.bit_length() - 32
    reciprocal = ((1 << 63) - 1) // (total >> shift)
    p = [e * reciprocal >> (32 + shift) for e in exponentials]
    p[top] = 0
    p[top] = (1 << 31) - sum(p)
    expected = sum(pk * d for pk, d in zip(p, distances, strict=True)) >> 24
    return p, shift * LN2_Q27 + logarithm(total) + expected


def negative_log(p: int) -> int:
    """-ln p in Q27, for p in Q0.31, 1 to 2^31."""
    return (32 - p.bit_length()) * LN2_Q27 - logarithm(p)
