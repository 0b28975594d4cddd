# SPDX-License-Identifier: Apache-2.0
"""Kernel, stride and padding of convolutions and pools, from the attributes of a node."""

from dataclasses import dataclass

from ..integer.taps import seen
from .operation import Operation
from .problems import require
from .value import Value

Pair = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """Pairs are (y, x); data in one dimension has y = 1. size: of the output."""

    kernel: Pair
    stride: Pair
    dilation: Pair
    pad: Pair
    size: Pair
    transposed: bool = False

    def leaves(self, height: int, width: int) -> bool:
        """Whether a tap is out of range for some position."""
        for axis, inputs in enumerate((height, width)):
            for tap in range(self.kernel[axis]):
                window = self.stride[axis], self.dilation[axis], self.pad[axis]
                inside, _ = seen(self.size[axis], inputs, tap, *window, self.transposed)
                if len(inside) < self.size[axis]:
                    return True
        return False


def _pair(values: list[int], missing: int) -> Pair:
    first, *rest = values
    return (first, rest[0]) if rest else (missing, first)


def window_of(
    op: Operation, value: Value, kernel: list[int] | None = None, transposed: bool = False
) -> Window:
    """kernel: that of the weights, or None for the attribute; one or two sizes."""
    given = op.attribute("kernel_shape", kernel)
    require(given is not None, "it has no kernel_shape")
    require(kernel is None or list(given) == list(kernel), "kernel_shape is not that of weights")
    kernel, count = list(given), len(given)
    require(count in (1, 2), f"it has {count} spatial dimensions; 1 and 2 can be imported")
    axes = ("c", "w") if count == 1 else ("c", "h", "w")
    order = "[N, C, L]" if count == 1 else "[N, C, H, W]"
    shape = value.form.shape
    require(
        value.is_grouped(axes) and (count == 2 or shape[0] == 1),
        f"its input, of shape {(1, *value.shape)}, is not a map in the order {order}; "
        "if the input of the model is, say so with --input-layout",
    )
    op.require_attribute("auto_pad", "NOTSET", "NOTSET")
    op.require_attribute("ceil_mode", 0, 0)
    pads = list(op.attribute("pads", [0] * 2 * count))
    require(min(pads) >= 0, f"its attribute pads is {pads}; negative ones cannot be imported")
    stride = _pair(list(op.attribute("strides", [1] * count)), 1)
    dilation = _pair(list(op.attribute("dilations", [1] * count)), 1)
    before, after = _pair(pads[:count], 0), _pair(pads[count:], 0)
    extra = _pair(list(op.attribute("output_padding", [0] * count)), 0)
    kernel_pair = _pair(kernel, 1)
    size = []
    for axis in range(2):
        span = dilation[axis] * (kernel_pair[axis] - 1) + 1
        edges = before[axis] + after[axis]
        if transposed:
            size.append((shape[axis] - 1) * stride[axis] + span - edges + extra[axis])
        else:
            size.append((shape[axis] + edges - span) // stride[axis] + 1)
    require(min(size) >= 1, f"its kernel {tuple(kernel)} is larger than its input")
    return Window(kernel_pair, stride, dilation, before, (size[0], size[1]), transposed)
