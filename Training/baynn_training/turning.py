# SPDX-License-Identifier: Apache-2.0
"""Turns hidden binary channels: a channel says the opposite, and whoever sums it knows.

A layer's output is inverted in every state, and what the next layers do with it is made up for:

    signed      w s = (-w)(-s): weights of the channel's rows change their sign
    unsigned    w x = w + (-w)(1 - x): so do they, and what is compared with the sum v, or added
                to it, takes up c_j, the sum of the old weights of the turned rows

A sign that an affine layer makes, y >= 0, is inverted by -y - 1 >= 0, in integers. So no
prediction changes, in no state, copy or draw, while ones become rare; and the rarer ones are, the
fewer rows of weights the runtime visits.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from .image_checks import check_network
from .integer import (
    GAUSSIAN_SCALE,
    Affine,
    Bits,
    Concatenate,
    Convolution,
    DenseLayer,
    Head,
    Integers,
    Layer,
    SoftmaxHead,
    TensorForm,
    Upsample,
)
from .integer_network import IntegerNetwork

Turn = Mapping[int, Bits]
"""The channels that are turned, [channels], by the number of the tensor that their layer makes."""


def _makes_bits(layer: Layer) -> bool:
    """Whether the outputs of a layer can be inverted one by one.

    Not those of a normalization, or of a Gaussian scale, which rounds twice."""
    if isinstance(layer, Affine):
        return layer.bits == 1 and layer.method != GAUSSIAN_SCALE
    return isinstance(layer, DenseLayer) or (isinstance(layer, Convolution) and layer.states > 0)


def sums_bits(layer: Layer | Head, source: TensorForm) -> bool:
    """Whether a layer or head sums bits in a way that can make up for turned ones.

    An unsigned convolution cannot: what it would have to add depends on the taps in range.
    """
    if not source.is_bits:
        return False
    if isinstance(layer, Convolution):
        return layer.signed
    return isinstance(layer, DenseLayer | SoftmaxHead)


def turnable(network: IntegerNetwork) -> list[int]:
    """Numbers of the tensors that may be turned: bits that nothing but sums sees, be it through
    concatenations and upsampling. A maximum, a sum of integers or an affine layer bars them."""
    # Of heads, only the softmax head takes bits, and it sums them.
    barred: set[int] = set()
    for number in range(len(network.layers), 0, -1):
        layer = network.layers[number - 1]
        if isinstance(layer, Concatenate | Upsample):
            if number in barred:
                barred.update(layer.sources(number))
            continue
        sources = layer.sources(number)
        barred.update(k for k in sources if not sums_bits(layer, network.forms[k]))
    numbers = range(1, len(network.layers) + 1)
    return [k for k in numbers if _makes_bits(network.layers[k - 1]) and k not in barred]


def turned_channels(network: IntegerNetwork, turn: Turn) -> list[Bits]:
    """Which channels of each tensor are turned, from the input on: [channels] each."""
    result = [np.zeros(network.forms[0].channels, bool)]
    for number, layer in enumerate(network.layers, 1):
        if isinstance(layer, Concatenate | Upsample):
            result.append(np.concatenate([result[k] for k in layer.sources(number)]))
        else:
            plain = np.zeros(network.forms[number].channels, bool)
            result.append(np.asarray(turn.get(number, plain), bool))
    return result


def _corrections(weights: Bits, turned: Bits) -> Integers:
    """c_j, the sum of the weights of the turned rows. weights: [n, m]; returns [m]."""
    return 2 * weights[turned].sum(0, dtype=np.int64) - turned.sum()


def _turned_source(layer: Convolution | DenseLayer, turned: Bits) -> Layer:
    """A layer that sums bits, of which these channels are turned."""
    if isinstance(layer, Convolution):
        rows = np.tile(turned, layer.kernel[0] * layer.kernel[1])
        return replace(layer, weights=np.where(rows[:, None], -layer.weights, layer.weights))
    # Bits that a dense layer takes are of one position.
    thresholds = layer.thresholds - _corrections(layer.weights, turned)
    return replace(
        layer,
        weights=layer.weights ^ turned[:, None],
        # Nothing changes beyond the ends: 0 always fires, and 2 K + 1 never does.
        thresholds=thresholds.clip(0, 2 * layer.bound + 1),
    )


def _turned_head(head: SoftmaxHead, turned: Bits) -> SoftmaxHead:
    bias = head.bias + head.scale * _corrections(head.weights, turned)
    return replace(head, weights=head.weights ^ turned[:, None], bias=bias)


def _inverted(layer: Layer, turned: Bits) -> Layer:
    """A layer that says the opposite in some channels."""
    if isinstance(layer, Affine):
        multiplier = np.where(turned, -layer.multiplier, layer.multiplier)
        offset = np.where(turned, -layer.offset - 1, layer.offset)
        return replace(layer, multiplier=multiplier, offset=offset)
    return replace(layer, inversions=layer.inversions ^ turned)


def turn_network(network: IntegerNetwork, turn: Turn) -> IntegerNetwork:
    """The same network with channels turned.

    turn: of tensors that are turnable. Raises ValueError if one of them is not, or if the format
    cannot hold what comes out: the bias of a head, say, may no longer fit.
    """
    others = sorted(set(turn) - set(turnable(network)))
    if others:
        raise ValueError(f"tensors {others} cannot be turned: not only sums of bits see them")
    turned = turned_channels(network, turn)
    layers = []
    for number, layer in enumerate(network.layers, 1):
        source = layer.sources(number)[0]
        if isinstance(layer, Convolution | DenseLayer) and turned[source].any():
            layer = _turned_source(layer, turned[source])
        layers.append(_inverted(layer, turned[number]) if number in turn else layer)
    head = network.head
    if turned[-1].any():
        head = _turned_head(head, turned[-1])
    result = replace(network, layers=tuple(layers), head=head)
    check_network(result)
    return result
