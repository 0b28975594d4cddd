# SPDX-License-Identifier: Apache-2.0
"""Layers of a graph, one class for each layer of the image format."""

from .affine import AffineLayer, GaussianAffine, NormAffine, Requantize, Rescale
from .convolution import ConvolutionLayer
from .layer import Layer
from .lstm import LSTMLayer
from .normalization import NormalizationLayer
from .shapes import AddLayer, ConcatenateLayer, PoolLayer, UpsampleLayer
from .tensor_type import TensorType

__all__ = [
    "AddLayer",
    "AffineLayer",
    "ConcatenateLayer",
    "ConvolutionLayer",
    "GaussianAffine",
    "LSTMLayer",
    "Layer",
    "NormAffine",
    "NormalizationLayer",
    "PoolLayer",
    "Requantize",
    "Rescale",
    "TensorType",
    "UpsampleLayer",
]
