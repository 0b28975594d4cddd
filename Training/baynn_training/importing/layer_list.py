# SPDX-License-Identifier: Apache-2.0
"""The layers of an integer network while they are found."""

from fractions import Fraction

import numpy as np

from ..integer import Affine, Layer, TensorForm
from ..layer_checks import check_layer
from .problems import Unsupported
from .value import Value

INTEGER_LIMIT = 1 << 31


class LayerList:
    """layers: number k, from 1 on, makes tensor k. forms: of all tensors, from the input on.
    notes: what was rounded, a sentence each.
    may_round_input: see InputOptions. output_error: of a result of the head, at most, in its
    unit; without that of notes before it.
    """

    def __init__(self, source: TensorForm, may_round_input: bool = False) -> None:
        self.layers: list[Layer] = []
        self.forms = [source]
        self.notes: list[str] = []
        self.may_round_input = may_round_input
        self.output_error = 0.0

    def append(self, layer: Layer) -> int:
        """Returns the number of the tensor; raises Unsupported if the format cannot hold it."""
        number = len(self.layers) + 1
        try:
            form = check_layer(layer, number, self.forms)
        except ValueError as error:
            raise Unsupported(str(error)) from None
        self.layers.append(layer)
        self.forms.append(form)
        return number

    def layer(self, number: int) -> Layer | None:
        """The layer that makes a tensor; None for the input."""
        return self.layers[number - 1] if number else None

    def append_affine(
        self, value: Value, multiplier: np.ndarray, offset: np.ndarray, **options: int
    ) -> Value:
        """multiplier * (value of an element) + offset, integers [channels]; options: bits and
        shift. The scale and shift of what is returned are still those of the argument."""
        rows = [np.array([row], np.int64) for row in (multiplier, offset)]
        number = self.append(Affine(value.number, *rows, **options))
        return value.like(number=number, form=self.forms[number], parity=None)

    def to_integers(self, value: Value) -> Value:
        """Codes and inputs as integers of the same value."""
        if value.is_real:
            return value
        channels = value.form.channels
        one, zero = np.ones(channels, np.int64), np.zeros(channels, np.int64)
        return self.append_affine(value, one, zero).like(parity=value.parity)

    def shift_down(self, value: Value, bound: int, what: str) -> Value:
        """Integers rounded to coarser ones of at most `bound`, where they exceed it."""
        bits = 0
        while (value.form.bound + (1 << bits >> 1) >> bits) + 1 > bound and bits < 30:
            bits += 1
        if not bits:
            return value
        channels = value.form.channels
        one, half = np.ones(channels, np.int64), np.full(channels, 1 << bits >> 1, np.int64)
        coarse = self.append_affine(value, one, half, shift=bits)
        coarse = coarse.like(scale=value.scale * (1 << bits))
        error = max(abs(value.scale)) * Fraction(1 << bits, 2)
        self.notes.append(f"{what} is rounded to integers: by at most {float(error):.2g}")
        return coarse
