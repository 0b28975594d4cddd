# SPDX-License-Identifier: Apache-2.0
"""Layers without parameters: pools, additions, concatenations, upsampling (SPEC.md, 3.12)."""

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

import torch
from torch import Tensor
from torch.nn import functional

from .affine import INTEGER_LIMIT
from .layer import Layer
from .tensor_type import TensorType
from .window import Window


def _need(kind: TensorType, what: str) -> None:
    if kind.elements == "input":
        raise ValueError(f"{what} takes codes or integers, not the input: convolve it first")


class PoolLayer(Layer):
    """The largest value, or the sum, of each window; positions out of range are left out.

    mode: "maximum" or "sum". An average is a sum whose divisor the next layer learns.
    """

    def __init__(self, source: int, kind: TensorType, window: Window, mode: str) -> None:
        _need(kind, "a pool")
        output = replace(kind, height=window.size[0], width=window.size[1])
        if mode == "sum":
            typical = kind.typical * sqrt(window.taps)
            output = replace(output, elements="integers", maximum=0, typical=typical)
        super().__init__([source], output)
        self.window, self.mode, self.kind = window, mode, kind

    def forward(self, inputs: Sequence[Tensor], state: Tensor | None) -> Tensor:
        x, window = inputs[0], self.window
        if self.mode == "sum":
            x = window.padded(x.double() if self.is_finished else x)
            return functional.avg_pool2d(x, window.kernel, window.stride, divisor_override=1)
        ends = [window.pad[1], window.pad_end(1), window.pad[0], window.pad_end(0)]
        x = functional.pad(x, ends, value=-torch.inf) if any(ends) else x
        return functional.max_pool2d(x, window.kernel, window.stride)

    def finish(self, bounds: Sequence[int]) -> None:
        self.bound = bounds[0] * (self.window.taps if self.mode == "sum" else 1)
        if self.bound >= INTEGER_LIMIT:
            raise ValueError(f"sums of {self.window.taps} values of {bounds[0]} pass 31 bits")

    def extra_repr(self) -> str:
        return f"{self.sources} -> {self.output.describe()}, {self.mode}, {self.window}"


class AddLayer(Layer):
    """The sum of two tensors of integers, as in a residual connection."""

    def __init__(self, first: int, second: int, a: TensorType, b: TensorType) -> None:
        if a.elements != "integers" or b.elements != "integers" or a.shape != b.shape:
            raise ValueError(f"cannot add {a.describe()} and {b.describe()}")
        if a.fraction != b.fraction:
            raise ValueError(
                "one of the two is a plain sum and the other is not: put an affine before add"
            )
        typical = sqrt(a.typical**2 + b.typical**2)
        super().__init__([first, second], replace(a, typical=typical))

    def forward(self, inputs: Sequence[Tensor], state: Tensor | None) -> Tensor:
        return inputs[0] + inputs[1]

    def finish(self, bounds: Sequence[int]) -> None:
        self.bound = bounds[0] + bounds[1]
        if self.bound >= INTEGER_LIMIT:
            raise ValueError(f"the sum of {bounds[0]} and {bounds[1]} passes 31 bits")

    def extra_repr(self) -> str:
        return f"{self.sources} -> {self.output.describe()}"


class ConcatenateLayer(Layer):
    """The channels of one tensor, then those of another of equal height and width."""

    def __init__(self, first: int, second: int, a: TensorType, b: TensorType) -> None:
        _need(a, "a concatenation")
        alike = a.elements, a.maximum, a.fraction, a.shape[:2]
        if alike != (b.elements, b.maximum, b.fraction, b.shape[:2]):
            raise ValueError(f"cannot concatenate {a.describe()} and {b.describe()}")
        typical = max(a.typical, b.typical)
        output = replace(a, channels=a.channels + b.channels, typical=typical)
        super().__init__([first, second], output)

    def forward(self, inputs: Sequence[Tensor], state: Tensor | None) -> Tensor:
        return torch.cat(tuple(inputs), 1)

    def finish(self, bounds: Sequence[int]) -> None:
        self.bound = max(bounds)

    def extra_repr(self) -> str:
        return f"{self.sources} -> {self.output.describe()}"


class UpsampleLayer(Layer):
    """Repeats each position, factor_y times factor_x."""

    def __init__(self, source: int, kind: TensorType, factor: tuple[int, int]) -> None:
        _need(kind, "an upsampling")
        height, width = kind.height * factor[0], kind.width * factor[1]
        super().__init__([source], replace(kind, height=height, width=width))
        self.factor = factor

    def forward(self, inputs: Sequence[Tensor], state: Tensor | None) -> Tensor:
        x = inputs[0].repeat_interleave(self.factor[0], 2)
        return x.repeat_interleave(self.factor[1], 3)

    def finish(self, bounds: Sequence[int]) -> None:
        self.bound = bounds[0]

    def extra_repr(self) -> str:
        return f"{self.sources} -> {self.output.describe()}"
