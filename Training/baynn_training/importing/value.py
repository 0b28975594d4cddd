# SPDX-License-Identifier: Apache-2.0
"""What an ONNX tensor is in terms of a tensor of the integer network."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from ..integer import TensorForm
from .axes import Groups, lengths, reduce_groups, to_map
from .problems import Unsupported, require

Rationals = np.ndarray
"""An array of Fraction, dtype object."""

Limits = tuple[Fraction | None, Fraction | None]
"""The least and the largest number after a clip; None if there is none."""

UNLIMITED: Limits = (None, None)


def rationals(values: np.ndarray | float) -> Rationals:
    """Exact rationals of floating-point numbers; raises Unsupported if one is not finite."""
    values = np.asarray(values, np.float64)
    require(bool(np.isfinite(values).all()), "a constant is not finite")
    result = np.empty(values.shape, object)
    result.ravel()[:] = [Fraction(v) for v in values.ravel().tolist()]
    return result


def zeros(count: int) -> Rationals:
    return np.full(count, Fraction(0), object)


@dataclass(frozen=True, eq=False)
class Value:
    """An ONNX tensor: scale * (value of an element) + shift for each channel, exactly.

    number, form: of the integer tensor. scale, shift: rationals [channels].
    groups: how the ONNX tensor runs over the map (see axes).
    parity: of the values of all elements, 0 or 1; None if both occur. limits: of a clip that
    is still to be done, after scale and shift.
    """

    number: int
    form: TensorForm
    scale: Rationals
    shift: Rationals
    groups: Groups
    parity: int | None = None
    limits: Limits = UNLIMITED

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the ONNX tensor, without the batch."""
        return lengths(self.groups, self.form.shape)

    @property
    def is_real(self) -> bool:
        """Whether elements are integers of a sum, neither codes nor the input."""
        return self.form.kind == "integers"

    def is_grouped(self, groups: Sequence[str]) -> bool:
        return self.groups == reduce_groups(groups, self.form.shape)

    def like(self, **changes: object) -> "Value":
        return replace(self, **changes)

    def as_stored(self) -> tuple[Rationals, Rationals]:
        """Scale and shift in terms of x of a code, instead of its value s = 2 x - M."""
        if self.form.kind != "codes":
            return self.scale, self.shift
        return 2 * self.scale, self.shift - self.scale * self.form.bound

    def as_signed(self) -> tuple[Rationals, Rationals]:
        """Scale and shift in terms of 2 x - M, of a code or of the input."""
        if self.form.kind != "input":
            return self.scale, self.shift
        return self.scale / 2, self.shift + self.scale * Fraction(self.form.bound, 2)

    def real(self, elements: np.ndarray) -> np.ndarray:
        """What elements of the integer tensor, [..., height, width, channels], stand for."""
        values = self.form.values(elements).astype(np.float64)
        return values * self.scale.astype(np.float64) + self.shift.astype(np.float64)


def per_channel(constant: np.ndarray, value: Value) -> Rationals:
    """A constant that is combined with a value, element by element, as one for each channel.

    constant: of any shape that broadcasts to that of the ONNX tensor, batch included.
    """
    shape = (1, *value.shape)
    try:
        if np.broadcast_shapes(constant.shape, shape) != shape:
            raise ValueError
    except ValueError:
        raise Unsupported(
            f"a constant of shape {constant.shape} does not fit a tensor of shape {shape}"
        ) from None
    whole = to_map(np.broadcast_to(constant, shape)[0], value.groups, value.form.shape)
    first = whole[0, 0]
    require(
        bool((whole == first).all()),
        "a constant differs between positions of a map; only one for each channel can be folded",
    )
    return rationals(first)
