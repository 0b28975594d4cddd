# SPDX-License-Identifier: Apache-2.0
"""Test vectors for other implementations (layouts: Tests/Vectors/README.md)."""

import struct
import zlib

import numpy as np
import torch
from torch import Tensor

from . import reference
from .integer_network import IntegerNetwork
from .leaf_tensors import all_drops
from .network import BinaryNetwork

CERTIFIED_CUT_Q31 = 1 << 29
SAMPLED_PASSES = 20
SAMPLED_SEED = 0x0123456789ABCDEF


def _u32(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def integer_sums(integers: IntegerNetwork, sums: list[Tensor]) -> list[np.ndarray]:
    """The sums z of a trace as sums v over inputs and bits: i32 [count, outputs] each.

    z = v in the first layer; z = 2 v - W behind it (SPEC.md, 3.2). integers: of the image, since
    a turned channel leaves z as it is, but changes W and so v.
    """
    result = []
    for i, (z, layer) in enumerate(zip(sums, [*integers.layers, integers.head], strict=True)):
        z = z.detach()
        v = z if i == 0 else (z + torch.from_numpy((2 * layer.weights - 1).sum(0))) / 2
        if not bool((v == v.round()).all()):
            raise ValueError(f"the sums of layer {i} are no integers")
        result.append(v.numpy().astype("<i4"))
    return result


@torch.no_grad()
def parity_vectors(
    network: BinaryNetwork, integers: IntegerNetwork, x: Tensor, full: int = 4
) -> bytes:
    """What the PyTorch network itself computes: labels and sums of all leaves.

    integers: of the image of the network. x: [count, elements]; full: of so many inputs, all
    sums; of the others, checksums.
    """
    drops = all_drops(len(network.drop_probabilities))
    leaves = []
    for states in drops:
        logits, sums = network.trace(x.double(), states.expand(len(x), -1))
        leaves.append((logits.argmax(1).tolist(), integer_sums(integers, sums)))
    outputs = [sums.shape[1] for sums in leaves[0][1]]
    parts = [_u32(len(x), len(drops), len(outputs), full, *outputs)]
    for i in range(len(x)):
        for labels, layers in leaves:
            parts.append(_u32(labels[i], *(zlib.crc32(sums[i].tobytes()) for sums in layers)))
    parts += [sums[i].tobytes() for i in range(full) for _, layers in leaves for sums in layers]
    return b"".join(parts)


def _posteriors(drop_q16: list[int], call: int) -> list[tuple[reference.Weights, int | None]]:
    """Weights and number of draws of each kind: exact, certified, sampled, deterministic."""
    sampled = reference.sampled_weights(drop_q16, SAMPLED_PASSES, SAMPLED_SEED, call)
    return [
        (reference.exact_weights(drop_q16), None),
        (reference.certified_weights(drop_q16, CERTIFIED_CUT_Q31), None),
        (sampled, SAMPLED_PASSES),
        (reference.deterministic_weights(), None),
    ]


def posterior_vectors(network: IntegerNetwork, x: np.ndarray) -> bytes:
    """What the reference predicts with each kind of posterior. x: [count, elements]."""
    parts = [_u32(len(x))]
    for call, row in enumerate(x):
        for weights, samples in _posteriors(network.drop_q16, call):
            p = reference.predict(network, row, weights, samples)
            parts.append(_u32(p.label, p.leaves, p.samples, p.entropy_q16))
            parts.append(_u32(p.mutual_information_q16, p.mass_q31, *p.probability_q31))
    return b"".join(parts)
