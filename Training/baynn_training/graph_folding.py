# SPDX-License-Identifier: Apache-2.0
"""From a finished graph to integers, layer by layer (SPEC.md, 3.9 to 3.16)."""

from functools import singledispatch

import numpy as np
from torch import Tensor

from . import integer
from .graph import Graph
from .integer_network import IntegerNetwork
from .layers import (
    AddLayer,
    AffineLayer,
    ConcatenateLayer,
    ConvolutionLayer,
    GaussianAffine,
    Layer,
    LSTMLayer,
    NormalizationLayer,
    PoolLayer,
    UpsampleLayer,
)
from .layers.decisions import DropDecisions, SiteDecisions
from .leaves import quantize_probability
from .thresholds import doubles

METHODS = {
    "none": integer.NO_METHOD,
    "scale": integer.SCALE_DROPOUT,
    "spindrop": integer.SPINDROP,
    "spatial": integer.SPATIAL_SPINDROP,
    "spinbayes": integer.SPINBAYES,
}
NOISE_ONE = 1 << 16
NOISE_MAXIMUM = (1 << 32) - 1


def _integers(values: Tensor) -> np.ndarray:
    return values.detach().numpy().astype(np.int64)


def _drop_q16(layer: Layer) -> int:
    """Of the methods that have one probability."""
    decisions = layer.decisions
    if isinstance(decisions, DropDecisions):
        return quantize_probability(decisions.probability)
    if isinstance(decisions, SiteDecisions) and len(decisions.probabilities) == 1:
        return quantize_probability(decisions.probabilities[0])
    return 0


@singledispatch
def fold_graph_layer(layer: Layer) -> integer.Layer:
    """The integers of a finished layer."""
    raise ValueError(f"{type(layer).__name__} has no place in the image format")


@fold_graph_layer.register
def _(layer: ConvolutionLayer) -> integer.Convolution:
    weights = layer.weights().detach().permute(0, 3, 4, 2, 1)
    window = layer.window
    return integer.Convolution(
        source=layer.sources[0],
        maximum=layer.kind.maximum,
        kernel=window.kernel,
        stride=window.stride,
        dilation=window.dilation,
        pad=window.pad,
        size=window.size,
        weights=_integers(weights).reshape(layer.copies, -1, layer.output.channels),
        weight_bits=layer.weight_bits,
        signed=layer.is_signed,
        transposed=window.transposed,
        method=METHODS[layer.method],
        probability=0 if layer.method == "spinbayes" else _drop_q16(layer),
        thresholds=layer.thresholds,
        inversions=layer.inversions,
    )


@fold_graph_layer.register
def _(layer: AffineLayer) -> integer.Affine:
    has_scale = isinstance(layer.decisions, SiteDecisions)
    method = integer.SCALE_DROPOUT if has_scale else integer.NO_METHOD
    return integer.Affine(
        source=layer.sources[0],
        multiplier=_integers(layer.multiplier),
        offset=_integers(layer.offset),
        bits=layer.bits,
        shift=layer.shift,
        method=method,
        probability=_drop_q16(layer),
    )


@fold_graph_layer.register
def _(layer: GaussianAffine) -> integer.Affine:
    return integer.Affine(
        source=layer.sources[0],
        multiplier=_integers(layer.multiplier),
        offset=_integers(layer.offset),
        bits=layer.bits,
        shift=layer.shift,
        method=integer.GAUSSIAN_SCALE,
        mu=_integers(layer.mu_q16),
        sigma=_integers(layer.sigma_q16),
        bias=_integers(layer.bias_integer),
    )


@fold_graph_layer.register
def _(layer: NormalizationLayer) -> integer.Normalization:
    has_affine = layer.decisions is not None
    probabilities = layer.decisions.probabilities if has_affine else []
    gamma_q16, beta_q16 = [quantize_probability(p) for p in probabilities] or [0, 0]
    gamma, beta = (_integers(p) for p in layer.integers)
    return integer.Normalization(
        source=layer.sources[0],
        mode=integer.INVERTED if layer.mode == "inverted" else integer.LAYER,
        gamma=gamma,
        beta=beta,
        groups=layer.groups,
        method=integer.AFFINE_DROPOUT if has_affine else integer.NO_METHOD,
        probability_gamma=gamma_q16,
        probability_beta=beta_q16,
        one=layer.one,
    )


@fold_graph_layer.register
def _(layer: PoolLayer) -> integer.Pool:
    window = layer.window
    return integer.Pool(
        source=layer.sources[0],
        mode=integer.MAXIMUM if layer.mode == "maximum" else integer.SUM,
        kernel=window.kernel,
        stride=window.stride,
        pad=window.pad,
        size=window.size,
    )


@fold_graph_layer.register
def _(layer: AddLayer) -> integer.Add:
    return integer.Add(*layer.sources)


@fold_graph_layer.register
def _(layer: ConcatenateLayer) -> integer.Concatenate:
    return integer.Concatenate(*layer.sources)


@fold_graph_layer.register
def _(layer: UpsampleLayer) -> integer.Upsample:
    return integer.Upsample(layer.sources[0], layer.factor)


@fold_graph_layer.register
def _(layer: LSTMLayer) -> integer.LSTM:
    return integer.LSTM(
        source=layer.sources[0],
        weights=(layer.weights() > 0).T.numpy(),
        recurrent_multiplier=_integers(layer.multiplier),
        bits=layer.bits,
        shift=layer.shift,
        sequence=layer.is_sequence,
    )


def _head(graph: Graph) -> integer.Head:
    if graph.head.kind == "classification":
        return integer.ClassificationHead(graph.head.outputs)
    noise = doubles(graph.noise, "the noise of the targets")
    return integer.RegressionHead(
        np.array([min(round(s * NOISE_ONE), NOISE_MAXIMUM) for s in noise], np.int64)
    )


def fold_graph(graph: Graph) -> IntegerNetwork:
    """Batch normalizations, scales and signs become thresholds; all else maps one to one."""
    if not graph.is_finished:
        raise ValueError("the graph is not finished: call finish(graph, x, generator)")
    layers = tuple(fold_graph_layer(layer) for layer in graph.layers)
    return IntegerNetwork(graph.shape, graph.maximum, layers, _head(graph))
