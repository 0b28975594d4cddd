# SPDX-License-Identifier: Apache-2.0
"""Networks and predictions that every implementation of SPEC.md must agree on."""

from .checksums import tensor_checksums
from .models import image_checksum, model_vectors, synthetic_inputs
from .vectors import layer_vectors

__all__ = [
    "image_checksum",
    "layer_vectors",
    "model_vectors",
    "synthetic_inputs",
    "tensor_checksums",
]
