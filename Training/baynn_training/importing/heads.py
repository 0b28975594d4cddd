# SPDX-License-Identifier: Apache-2.0
"""The end of the network: real outputs in the fixed point of a head (SPEC.md, 3.15, 3.16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..integer import ClassificationHead, RegressionHead
from .layer_list import INTEGER_LIMIT, LayerList
from .problems import require
from .value import Value

LOGIT_FRACTION_BITS = 20
REAL_FRACTION_BITS = 16
SHIFT_MAX = 30
NOISE_MAX = (1 << 32) - 1


@dataclass(frozen=True, eq=False)
class _Rescaling:
    """floor((multiplier * value + offset) / 2^shift), after the value is halved `coarse` times.
    error: of a result in units, at most."""

    coarse: int
    shift: int
    multiplier: np.ndarray
    offset: np.ndarray
    error: float


def _rescaling(value: Value, fraction: int, coarse: int) -> _Rescaling | None:
    """With the largest shift that fits 32 bits; None if none does."""
    bound = value.form.bound
    bound = (bound + (1 << coarse >> 1) >> coarse) + 1 if coarse else bound
    for shift in range(SHIFT_MAX, -1, -1):
        unit = Fraction(1 << fraction + shift)
        multiplier = [round(s * unit * (1 << coarse)) for s in value.scale]
        # Half a unit makes the floor round to the nearest.
        offset = [round(s * unit) + (1 << shift >> 1) for s in value.shift]
        reach = max(abs(m) * bound + abs(o) for m, o in zip(multiplier, offset, strict=True))
        if reach < INTEGER_LIMIT:
            break
    else:
        return None
    rounding = (bound / 2 + 0.5) / (1 << shift) + 1
    lost = float(max(abs(value.scale)) * (1 << fraction)) * (1 << coarse >> 1)
    rows = [np.array(row, np.int64) for row in (multiplier, offset)]
    return _Rescaling(coarse, shift, *rows, rounding + lost)


def _append_fixed_point(layers: LayerList, value: Value, fraction: int) -> Value:
    """Integers of so many fraction bits."""
    if value.form.bound * max(abs(value.scale)) + max(abs(value.shift)) >= 1 << 31 - fraction:
        limit = 1 << 31 - fraction
        require(False, f"a value can reach {limit}, the limit of the format; scale it down")
    found = [_rescaling(value, fraction, coarse) for coarse in range(24)]
    best = min((r for r in found if r is not None), key=lambda r: r.error, default=None)
    require(best is not None, "its values do not fit 32 bits")
    if best.coarse:
        channels = value.form.channels
        one = np.ones(channels, np.int64)
        half = one * (1 << best.coarse >> 1)
        value = layers.append_affine(value, one, half, shift=best.coarse)
    result = layers.append_affine(value, best.multiplier, best.offset, shift=best.shift)
    error = layers.output_error = best.error / (1 << fraction)
    layers.notes.append(f"the output is rounded to fixed point: by at most {error:.2g}")
    unit = np.full(value.form.channels, Fraction(1, 1 << fraction), object)
    return result.like(scale=unit, shift=unit * 0)


def append_logits(layers: LayerList, logits: Value) -> ClassificationHead:
    """Logits in nats, one for each channel, at each position."""
    form = logits.form
    require(
        form.positions == 1 or "c" in logits.groups,
        f"its classes, {(1, *logits.shape)}, are not the channels of a map",
    )
    _append_fixed_point(layers, logits, LOGIT_FRACTION_BITS)
    return ClassificationHead(form.channels)


def append_values(layers: LayerList, values: Value, noise: Sequence[float]) -> RegressionHead:
    """Values in their own unit; noise: see import_model."""
    count = values.form.elements
    require(len(noise) in (1, count), f"{len(noise)} standard deviations for {count} outputs")
    units = [round(s * (1 << REAL_FRACTION_BITS)) for s in noise]
    require(all(0 <= u <= NOISE_MAX for u in units), "a standard deviation is not 0 to 65535")
    _append_fixed_point(layers, values, REAL_FRACTION_BITS)
    return RegressionHead(np.array(units * (count // len(units)), np.int64))
