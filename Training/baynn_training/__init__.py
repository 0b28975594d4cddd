# SPDX-License-Identifier: Apache-2.0
"""Trains Bayesian binary networks in PyTorch and exports them for the BayNN runtime."""

from .binary_linear import BinaryLinear
from .class_head import ClassHead
from .export import write_image
from .finishing import finish
from .folding import fold
from .graph import Graph
from .image_reader import read_image
from .losses import Classification, Regression, complexity
from .network import BinaryNetwork
from .parity import check_parity
from .policy import Policy
from .predictive import predict
from .scale_dropout import ScaleDropout
from .sign import sign
from .training import Budget, train

__all__ = [
    "BinaryLinear",
    "BinaryNetwork",
    "Budget",
    "ClassHead",
    "Classification",
    "Graph",
    "Policy",
    "Regression",
    "ScaleDropout",
    "check_parity",
    "complexity",
    "finish",
    "fold",
    "predict",
    "read_image",
    "sign",
    "train",
    "write_image",
]
