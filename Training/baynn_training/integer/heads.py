# SPDX-License-Identifier: Apache-2.0
"""From the last tensor to logits or to values (SPEC.md, 3.3, 3.15 and 3.16)."""

from dataclasses import dataclass

from .dense import weighted_sums
from .forms import Bits, Integers, TensorForm


@dataclass(frozen=True, eq=False)
class SoftmaxHead:
    """logit_k = scale_k v_k + bias_k, Q11.20.

    weights: bool [n, classes], true = +1. scale, bias: [classes].
    """

    weights: Bits
    scale: Integers
    bias: Integers

    @property
    def names(self) -> int:
        """Number of labels: one for each class."""
        return len(self.scale)

    def sums(self, x: Integers) -> Integers:
        """x: [..., n]; returns v: [..., classes]."""
        return weighted_sums(self.weights, x)

    def logits(self, sums: Integers) -> Integers:
        return sums * self.scale + self.bias

    def outputs(self, last: Integers, form: TensorForm) -> Integers:
        """last: [..., 1, 1, n]; returns logits: [..., classes]."""
        return self.logits(self.sums(last[..., 0, 0, :]))


@dataclass(frozen=True, eq=False)
class ClassificationHead:
    """The last tensor holds the logits of each position, Q11.20. classes: 2 to 65535."""

    classes: int

    @property
    def names(self) -> int:
        return self.classes

    def outputs(self, last: Integers, form: TensorForm) -> Integers:
        """last: [..., H, W, classes]; returns logits: [..., H * W, classes]."""
        return last.reshape(*last.shape[:-3], form.positions, self.classes)


@dataclass(frozen=True, eq=False)
class RegressionHead:
    """The last tensor holds the means of the outputs, Q15.16.

    noise: int [outputs], standard deviation of the noise of each output, Q16.16.
    """

    noise: Integers

    @property
    def names(self) -> int:
        return len(self.noise)

    def outputs(self, last: Integers, form: TensorForm) -> Integers:
        """last: [..., H, W, C]; returns values: [..., outputs]."""
        return last.reshape(*last.shape[:-3], form.elements)


Head = SoftmaxHead | ClassificationHead | RegressionHead
