# SPDX-License-Identifier: Apache-2.0
"""From a trained network to integers: every threshold exact (SPEC.md, 3.2 and 3.3)."""

from fractions import Fraction

import numpy as np

from .class_head import LOGIT_FRACTION_BITS, ClassHead
from .graph import Graph
from .graph_folding import fold_graph
from .integer_network import DenseLayer, IntegerNetwork, SoftmaxHead
from .leaves import quantize_probability
from .network import BinaryNetwork, HiddenLayer
from .thresholds import doubles, fold_units


def fold_layer(layer: HiddenLayer, maximum: int, is_first: bool) -> DenseLayer:
    """maximum: the largest value of an input of the layer."""
    weights = (layer.linear.latent.detach() >= 0).T.cpu().numpy()
    bound = len(weights) * maximum
    norm = layer.norm
    means = doubles(norm.running_mean, "a mean")
    sigmas = doubles((norm.running_var.double() + norm.eps).sqrt(), "a variance")
    gammas, betas = doubles(norm.weight, "a gamma"), doubles(norm.bias, "a beta")
    totals = [None if is_first else int(w) for w in layer.linear.sum_of_weights()]

    scales = [[1.0] * len(means)]
    if layer.dropout is not None:
        scales.insert(0, doubles(layer.dropout.scale, "a scale"))
    states = []
    for row in scales:
        units = list(zip(row, means, sigmas, gammas, betas, strict=True))
        states.append(fold_units(units, totals, bound))
    thresholds, inversions = (np.stack(rows) for rows in zip(*states, strict=True))
    drop_q16 = quantize_probability(layer.dropout.probability) if layer.dropout else 0
    return DenseLayer(weights, maximum, drop_q16, thresholds, inversions)


def fold_head(head: ClassHead) -> SoftmaxHead:
    """scale = 2 s and bias = b - s W, rounded to Q11.20; exact after ClassHead.snap."""
    weights = (head.linear.latent.detach() >= 0).T.cpu().numpy()
    one = 1 << LOGIT_FRACTION_BITS
    scales, biases = doubles(head.scale, "a scale"), doubles(head.bias, "a bias")
    sums = [int(w) for w in head.linear.sum_of_weights()]
    scale = [round(2 * Fraction(s) * one) for s in scales]
    bias = [
        round((Fraction(b) - Fraction(s) * w) * one)
        for s, b, w in zip(scales, biases, sums, strict=True)
    ]
    return SoftmaxHead(weights, np.array(scale, np.int64), np.array(bias, np.int64))


def fold(network: BinaryNetwork | Graph) -> IntegerNetwork:
    """Folds batch normalizations and scales into integer thresholds. A graph is finished."""
    if isinstance(network, Graph):
        return fold_graph(network)
    layers = tuple(
        fold_layer(layer, network.maximum if i == 0 else 1, is_first=i == 0)
        for i, layer in enumerate(network.hidden)
    )
    return IntegerNetwork(network.shape, network.maximum, layers, fold_head(network.head))
