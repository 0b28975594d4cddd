# SPDX-License-Identifier: Apache-2.0
"""An imported network of linear layers in the form of a dense one (SPEC.md, 3.2 and 3.3)."""

from collections.abc import Sequence

import numpy as np

from ..integer import Affine, Convolution, DenseLayer, Layer, SoftmaxHead, TensorForm
from ..integer_network import IntegerNetwork
from ..thresholds import threshold
from .heads import LOGIT_FRACTION_BITS
from .problems import require
from .value import Value


def _require_linear(layer: Layer, number: int, source: TensorForm) -> None:
    """A convolution whose kernel is all of the tensor before it, with bipolar weights."""
    require(
        isinstance(layer, Convolution)
        and layer.source == number - 1
        and layer.size == (1, 1)
        and layer.rows == source.elements
        and layer.weight_bits == 1
        and (source.kind == "input" or source.is_bits and source.positions == 1),
        f"layer {number} is a {type(layer).__name__.lower()} that cannot be dense; dense networks "
        "have linear layers with bipolar weights, bits between them and logits at the end",
    )


def _dense(layer: Convolution) -> DenseLayer:
    weights, (thresholds,) = layer.weights[0] > 0, layer.thresholds
    if layer.signed:
        # z = 2 v - W of signs becomes a condition on v.
        sums = layer.weights[0].sum(0).tolist()
        least = (thresholds - layer.bound).tolist()
        rows = [threshold(z, w, layer.bound) for z, w in zip(least, sums, strict=True)]
        thresholds = np.array(rows, np.int64)
    return DenseLayer(weights, layer.maximum, 0, thresholds[None], layer.inversions)


def _head(layer: Convolution, logits: Value) -> SoftmaxHead:
    """logit = s z + b with z = 2 v - W."""
    sums = layer.weights[0].sum(0).astype(object)
    unit = 1 << LOGIT_FRACTION_BITS
    scale = [round(2 * s * unit) for s in logits.scale]
    bias = [round(b * unit) for b in logits.shift - logits.scale * sums]
    return SoftmaxHead(layer.weights[0] > 0, np.array(scale, np.int64), np.array(bias, np.int64))


def dense_network(
    network: IntegerNetwork, layers: Sequence[Layer], logits: Value
) -> tuple[IntegerNetwork, float]:
    """layers: those of the network, of which the last two make logits of bits. Raises
    Unsupported if one cannot be dense. Returns the network, and the rounding of a logit."""
    *hidden, last, rescaling = layers
    require(isinstance(rescaling, Affine) and bool(hidden), "a dense network has a hidden layer")
    for number, layer in enumerate([*hidden, last], 1):
        _require_linear(layer, number, network.forms[number - 1])
    require(all(layer.states == 1 for layer in hidden), "a hidden layer gives no bits")
    dense = tuple(_dense(layer) for layer in hidden)
    result = IntegerNetwork(network.shape, network.maximum, dense, _head(last, logits))
    return result, (last.rows + 1) / 2 / (1 << LOGIT_FRACTION_BITS)
