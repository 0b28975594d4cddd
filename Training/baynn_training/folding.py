# SPDX-License-Identifier: Apache-2.0
"""From a trained network to integers: every threshold exact (SPEC.md, 3.2 and 3.3)."""

from fractions import Fraction
from math import ceil, floor

import numpy as np
import torch

from .class_head import LOGIT_FRACTION_BITS, ClassHead
from .integer_network import DenseLayer, IntegerNetwork, SoftmaxHead
from .leaves import quantize_probability
from .network import BinaryNetwork, HiddenLayer


def _doubles(tensor: torch.Tensor, what: str) -> list[float]:
    values = tensor.detach().double()
    if not bool(values.isfinite().all()):
        raise ValueError(f"{what} is not finite: did the training diverge?")
    return values.tolist()


def _fold_unit(
    scale: float, mean: float, sigma: float, gamma: float, beta: float
) -> tuple[int | None, bool]:
    """Solves gamma (scale z - mean) / sigma + beta >= 0 for integers z, in exact rationals.

    Returns (least z, False) for z >= least, (least z, True) for NOT z >= least, and
    (None, always) if the condition does not depend on z.
    """
    slope = Fraction(gamma) * Fraction(scale)
    # At z = 0, times sigma.
    level = Fraction(beta) * Fraction(sigma) - Fraction(gamma) * Fraction(mean)
    if slope == 0:
        return None, level >= 0
    theta = -level / slope
    return (ceil(theta), False) if slope > 0 else (floor(theta) + 1, True)


def _threshold(least: int, sum_of_weights: int | None, bound: int) -> int:
    """A, from the least sum of signs z (or, in the first layer, of inputs): the least
    v + K that reaches it, clamped to [0, 2K + 1].

    sum_of_weights: W, None in the first layer, where z = v; else z = 2 v - W.
    """
    if sum_of_weights is not None:
        least = -((-least - sum_of_weights) // 2)  # ceil((z + W) / 2)
    return min(max(least + bound, 0), 2 * bound + 1)


def fold_layer(layer: HiddenLayer, maximum: int, is_first: bool) -> DenseLayer:
    """maximum: the largest value of an input of the layer."""
    weights = (layer.linear.latent.detach() >= 0).T.cpu().numpy()
    bound = len(weights) * maximum
    norm = layer.norm
    means = _doubles(norm.running_mean, "a mean")
    sigmas = _doubles((norm.running_var.double() + norm.eps).sqrt(), "a variance")
    gammas, betas = _doubles(norm.weight, "a gamma"), _doubles(norm.bias, "a beta")
    totals = [None if is_first else int(w) for w in layer.linear.sum_of_weights()]

    scales = [[1.0] * len(means)]
    if layer.dropout is not None:
        scales.insert(0, _doubles(layer.dropout.scale, "a scale"))
    thresholds = np.zeros((len(scales), len(means)), np.int64)
    inversions = np.zeros((len(scales), len(means)), bool)
    for state, row in enumerate(scales):
        for j, unit in enumerate(zip(row, means, sigmas, gammas, betas, strict=True)):
            least, inverted = _fold_unit(*unit)
            if least is None:  # constant: inverted says which
                thresholds[state, j] = 0 if inverted else 2 * bound + 1
            else:
                thresholds[state, j] = _threshold(least, totals[j], bound)
                inversions[state, j] = inverted
    drop_q16 = quantize_probability(layer.dropout.probability) if layer.dropout else 0
    return DenseLayer(weights, maximum, drop_q16, thresholds, inversions)


def fold_head(head: ClassHead) -> SoftmaxHead:
    """scale = 2 s and bias = b - s W, rounded to Q11.20; exact after ClassHead.snap."""
    weights = (head.linear.latent.detach() >= 0).T.cpu().numpy()
    one = 1 << LOGIT_FRACTION_BITS
    scales, biases = _doubles(head.scale, "a scale"), _doubles(head.bias, "a bias")
    sums = [int(w) for w in head.linear.sum_of_weights()]
    scale = [round(2 * Fraction(s) * one) for s in scales]
    bias = [
        round((Fraction(b) - Fraction(s) * w) * one)
        for s, b, w in zip(scales, biases, sums, strict=True)
    ]
    return SoftmaxHead(weights, np.array(scale, np.int64), np.array(bias, np.int64))


def fold(network: BinaryNetwork) -> IntegerNetwork:
    """Folds batch normalizations and scales into integer thresholds."""
    layers = tuple(
        fold_layer(layer, network.maximum if i == 0 else 1, is_first=i == 0)
        for i, layer in enumerate(network.hidden)
    )
    return IntegerNetwork(network.shape, network.maximum, layers, fold_head(network.head))
