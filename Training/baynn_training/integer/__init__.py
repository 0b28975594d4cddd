# SPDX-License-Identifier: Apache-2.0
"""Layers and heads as the image holds them: bits and integers only (SPEC.md, section 3)."""

from .affine import Affine
from .combine import Add, Concatenate, Upsample
from .convolution import Convolution
from .dense import DenseLayer
from .forms import Bits, Integers, TensorForm
from .heads import ClassificationHead, Head, RegressionHead, SoftmaxHead
from .layer import Layer
from .lstm import LSTM
from .methods import (
    AFFINE_DROPOUT,
    GAUSSIAN_SCALE,
    NO_METHOD,
    SCALE_DROPOUT,
    SPATIAL_SPINDROP,
    SPINBAYES,
    SPINDROP,
)
from .normalization import INVERTED, LAYER, Normalization
from .pool import MAXIMUM, SUM, Pool

__all__ = [
    "AFFINE_DROPOUT",
    "GAUSSIAN_SCALE",
    "INVERTED",
    "LAYER",
    "LSTM",
    "MAXIMUM",
    "NO_METHOD",
    "SCALE_DROPOUT",
    "SPATIAL_SPINDROP",
    "SPINBAYES",
    "SPINDROP",
    "SUM",
    "Add",
    "Affine",
    "Bits",
    "ClassificationHead",
    "Concatenate",
    "Convolution",
    "DenseLayer",
    "Head",
    "Integers",
    "Layer",
    "Normalization",
    "Pool",
    "RegressionHead",
    "SoftmaxHead",
    "TensorForm",
    "Upsample",
]
