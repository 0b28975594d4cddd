# SPDX-License-Identifier: Apache-2.0
"""The geometry of a convolution or a pool: which source positions an output sees."""

from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional

Pair = int | tuple[int, int]


def pair(value: Pair) -> tuple[int, int]:
    """(height, width), from one number for both or from two."""
    return (value, value) if isinstance(value, int) else (int(value[0]), int(value[1]))


@dataclass(frozen=True)
class Window:
    """Sizes are (height, width). pad: positions above and left of the source; what lies
    out of range contributes nothing. size: of the output (SPEC.md, 3.9)."""

    source: tuple[int, int]
    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    pad: tuple[int, int]
    size: tuple[int, int]
    transposed: bool = False

    @property
    def taps(self) -> int:
        return self.kernel[0] * self.kernel[1]

    def pad_end(self, axis: int) -> int:
        """What a plain convolution needs below or right of the source; negative: not used."""
        span = (self.kernel[axis] - 1) * self.dilation[axis] + 1
        seen = (self.size[axis] - 1) * self.stride[axis] + span
        return seen - self.pad[axis] - self.source[axis]

    def padded(self, x: Tensor) -> Tensor:
        """x: [batch, channels, height, width], with zeros around it (or cut off)."""
        ends = [self.pad[1], self.pad_end(1), self.pad[0], self.pad_end(0)]
        return functional.pad(x, ends) if any(ends) else x

    def sums(self, x: Tensor, weights: Tensor) -> Tensor:
        """x: [batch, channels, height, width]; weights: [outputs, channels, kernel height,
        kernel width]; returns z: [batch, outputs, height, width]."""
        if self.kernel == self.source and self.size == (1, 1) and self.pad == (0, 0):
            # The whole map is a dense layer, which a matrix product does several times faster.
            return functional.linear(x.flatten(1), weights.flatten(1))[:, :, None, None]
        if not self.transposed:
            ends = self.pad_end(0), self.pad_end(1)
            if all(0 <= p - e < s for p, e, s in zip(self.pad, ends, self.stride, strict=True)):
                return functional.conv2d(x, weights, None, self.stride, self.pad, self.dilation)
            return functional.conv2d(self.padded(x), weights, None, self.stride, 0, self.dilation)
        z = functional.conv_transpose2d(
            x, weights.transpose(0, 1), None, self.stride, dilation=self.dilation
        )
        (top, left), (height, width) = self.pad, self.size
        missing = top + height - z.shape[2], left + width - z.shape[3]
        z = functional.pad(z, [0, max(missing[1], 0), 0, max(missing[0], 0)])
        return z[:, :, top : top + height, left : left + width]

    def patches(self, x: Tensor) -> Tensor:
        """What each output sees: [batch, channels * taps, positions], channels outermost."""
        if not self.transposed:
            return functional.unfold(self.padded(x), self.kernel, self.dilation, 0, self.stride)
        # A transposed convolution is a plain one over a source with zeros in between, with
        # its taps in reverse.
        height, width = ((n - 1) * s + 1 for n, s in zip(self.source, self.stride, strict=True))
        spread = x.new_zeros(*x.shape[:2], height, width)
        spread[:, :, :: self.stride[0], :: self.stride[1]] = x
        plain = Window(
            (height, width),
            self.kernel,
            (1, 1),
            self.dilation,
            (
                (self.kernel[0] - 1) * self.dilation[0] - self.pad[0],
                (self.kernel[1] - 1) * self.dilation[1] - self.pad[1],
            ),
            self.size,
        )
        patches = plain.patches(spread)
        taps = patches.reshape(len(x), x.shape[1], self.taps, -1)
        return taps.flip(2).reshape(patches.shape)


def _axis(
    source: int, kernel: int, stride: int, dilation: int, padding: str | int, transposed: bool
) -> tuple[int, int]:
    """Returns padding before the source, and the output size, along one axis."""
    span = (kernel - 1) * dilation + 1
    if transposed:
        full = (source - 1) * stride + span
        if padding == "same":
            return max(span - stride, 0) // 2, source * stride
        before = 0 if padding == "valid" else int(padding)
        return before, full - 2 * before
    if padding == "same":
        size = -(-source // stride)
        return max((size - 1) * stride + span - source, 0) // 2, size
    before = 0 if padding == "valid" else int(padding)
    return before, (source + 2 * before - span) // stride + 1


def plan_window(
    source: tuple[int, int],
    kernel: Pair | None,
    stride: Pair = 1,
    padding: str | Pair = "same",
    dilation: Pair = 1,
    transposed: bool = False,
) -> Window:
    """kernel: None for the whole map, which makes a dense layer.
    padding: "same" (size = source / stride, rounded up; source * stride if transposed),
    "valid" (none), or positions on each side."""
    if kernel is None:
        kernel, stride, padding, dilation = source, 1, "valid", 1
    kernel, stride, dilation = pair(kernel), pair(stride), pair(dilation)
    if isinstance(padding, str) and padding not in ("same", "valid"):
        raise ValueError(f'padding "{padding}" is not "same", "valid" or a number of positions')
    paddings = (padding, padding) if isinstance(padding, str) else pair(padding)
    axes = [
        _axis(*values, transposed)
        for values in zip(source, kernel, stride, dilation, paddings, strict=True)
    ]
    pad, size = zip(*axes, strict=True)
    if min(size) < 1:
        raise ValueError(
            f"a kernel of {kernel[0]} x {kernel[1]} leaves nothing of {source[0]} x {source[1]}: "
            'choose a smaller one, or padding="same"'
        )
    return Window(source, kernel, stride, dilation, pad, size, transposed)
