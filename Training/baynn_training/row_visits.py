# SPDX-License-Identifier: Apache-2.0
"""How many rows of weights the runtime visits to sum the bits that a layer sees.

A window with its inactive rows, those out of range, costs the rarer of ones and zeros and what is
inactive, or all active rows if that is less; a dense layer or a head the rarer of ones and zeros.
"""

import numpy as np

from .integer import Bits, Concatenate, Convolution, DenseLayer, Head, Layer, TensorForm, Upsample
from .integer.taps import seen
from .integer_network import IntegerNetwork
from .turning import Turn, sums_bits, turned_channels


def _in_windows(layer: Convolution, counts: np.ndarray) -> np.ndarray:
    """Sums of counts over the taps in range. counts: [..., H, W]; returns [..., height, width]."""
    sums = np.zeros((*counts.shape[:-2], *layer.size), np.int64)
    for ky in range(layer.kernel[0]):
        for kx in range(layer.kernel[1]):
            (out_y, in_y), (out_x, in_x) = (
                seen(
                    layer.size[axis],
                    counts.shape[axis - 2],
                    tap,
                    layer.stride[axis],
                    layer.dilation[axis],
                    layer.pad[axis],
                    layer.transposed,
                )
                for axis, tap in enumerate((ky, kx))
            )
            sums[..., out_y[:, None], out_x] += counts[..., in_y[:, None], in_x]
    return sums


def rows_visited(layer: Layer | Head, form: TensorForm, bits: Bits) -> float:
    """Mean over inputs, of one evaluation that drops nothing.

    form: of the source. bits: [count, H, W, C], of the source.
    """
    if not isinstance(layer, Convolution):
        ones = bits.sum((1, 2, 3))
        return float(np.minimum(ones, form.elements - ones).mean())
    ones = _in_windows(layer, bits.sum(-1))
    active = _in_windows(layer, np.full(form.shape[:2], form.channels))
    rarer = np.minimum(ones, active - ones) + layer.rows - active
    return float(np.minimum(active, rarer).sum((1, 2)).mean()) * layer.weight_bits


def summing(network: IntegerNetwork) -> dict[int, int]:
    """Tensors seen by the layers that sum bits, by the number of the layer; the head comes after
    the last layer."""
    pairs = {}
    for number, layer in enumerate((*network.layers, network.head), 1):
        is_head = number > len(network.layers)
        source = number - 1 if is_head else layer.sources(number)[0]
        if not isinstance(layer, Concatenate | Upsample) and sums_bits(
            layer, network.forms[source]
        ):
            pairs[number] = source
    return pairs


def visits(network: IntegerNetwork, bits: dict[int, Bits], turn: Turn) -> dict[int, float]:
    """Rows visited for an input by each layer that sums bits, if channels were turned.

    network: before the turn. bits: of each tensor that such a layer sees, [count, H, W, C].
    """
    turned = turned_channels(network, turn)
    layers = (*network.layers, network.head)
    return {
        number: rows_visited(layers[number - 1], network.forms[k], bits[k] ^ turned[k])
        for number, k in summing(network).items()
    }


def describe(network: IntegerNetwork, number: int) -> str:
    """A layer or the head in words."""
    if number > len(network.layers):
        return "head"
    layer = network.layers[number - 1]
    if isinstance(layer, DenseLayer):
        return f"layer {number}, dense, {len(layer.weights)} rows"
    windows = layer.size[0] * layer.size[1]
    of_windows = f"{windows} windows of " if windows > 1 else ""
    return f"layer {number}, convolution, {of_windows}{layer.rows} rows"
