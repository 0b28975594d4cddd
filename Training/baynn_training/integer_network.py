# SPDX-License-Identifier: Apache-2.0
"""The network as the image holds it, and its definitional evaluation (SPEC.md, section 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .integer import (
    ClassificationHead,
    DenseLayer,
    Head,
    Integers,
    Layer,
    RegressionHead,
    SoftmaxHead,
    TensorForm,
)
from .leaves import leaf_states

__all__ = ["DenseLayer", "Integers", "IntegerNetwork", "SoftmaxHead", "Trace", "WideDraws"]

WideDraws = Sequence[Integers]
"""What each wide layer drew for a pass, in the order of layers: see Layer.evaluate."""


class Trace(NamedTuple):
    """One leaf. logits: [..., classes] of a softmax head, [..., positions, classes] of a
    classification head, values [..., outputs] of a regression head.
    tensors: number k is [..., height, width, channels], from the input, 0, on.
    """

    logits: Integers
    tensors: list[Integers]


@dataclass(frozen=True, eq=False)
class IntegerNetwork:
    """shape: (height, width, channels); maximum: of an input element, 1 to 255.

    layers: number k, from 1 on, makes tensor k.
    """

    shape: tuple[int, int, int]
    maximum: int
    layers: tuple[Layer, ...]
    head: Head

    @cached_property
    def forms(self) -> tuple[TensorForm, ...]:
        """The form of each tensor, from the input on."""
        forms = [TensorForm(*self.shape, "input", self.maximum)]
        for number, layer in enumerate(self.layers, 1):
            forms.append(layer.output(*(forms[k] for k in layer.sources(number))))
        return tuple(forms)

    @property
    def drop_q16(self) -> list[int]:
        """Drop probability of each site, Q0.16."""
        return [q16 for layer in self.layers for q16 in layer.sites]

    @property
    def wide_layers(self) -> list[Layer]:
        """Layers whose decisions are drawn and never enumerated; their place is their number."""
        return [layer for layer in self.layers if layer.wide]

    @property
    def random_bits(self) -> int:
        """Random bits that a pass takes."""
        return sum(layer.random_bits for layer in self.layers)

    @property
    def is_regression(self) -> bool:
        return isinstance(self.head, RegressionHead)

    @property
    def classes(self) -> int:
        """0 with a regression head."""
        return 0 if self.is_regression else self.head.names

    @property
    def outputs(self) -> int:
        """Outputs of a regression head; else 0."""
        return self.head.names if self.is_regression else 0

    @property
    def positions(self) -> int:
        """Positions that are classified: 1, or those of a map."""
        return self.forms[-1].positions if isinstance(self.head, ClassificationHead) else 1

    def trace(self, x: Integers, mask: int, wide: WideDraws | None = None) -> Trace:
        """Evaluates one leaf.

        x: [..., elements] or [..., height, width, channels], 0 to maximum. mask: states of the
        sites, that of site 0 the most significant bit. wide: draws of the wide layers, one row
        for all inputs or one for each; None drops nothing and has all Gaussians 0.
        """
        x = np.asarray(x, np.int64)
        if x.shape[-3:] != self.shape:
            x = x.reshape(*x.shape[:-1], *self.shape)
        states, draws = iter(leaf_states(mask, len(self.drop_q16))), iter(wide or ())
        tensors = [x]
        for number, layer in enumerate(self.layers, 1):
            state = 0
            for _ in layer.sites:
                state = state << 1 | next(states)
            drawn = next(draws) if wide is not None and layer.wide else None
            numbers = layer.sources(number)
            sources, forms = [tensors[k] for k in numbers], [self.forms[k] for k in numbers]
            tensors.append(layer.evaluate(sources, forms, state, drawn))
        return Trace(self.head.outputs(tensors[-1], self.forms[-1]), tensors)

    def dense_sums(self, x: Integers, mask: int) -> tuple[Integers, list[Integers]]:
        """Logits of a leaf, and the sums v of every layer, head included, of a network of dense
        layers with a softmax head. x: [..., elements]."""
        logits, tensors = self.trace(x, mask)
        flat = [tensor.reshape(*tensor.shape[:-3], -1) for tensor in tensors]
        layers = [*self.layers, self.head]
        return logits, [layer.sums(bits) for layer, bits in zip(layers, flat, strict=True)]
