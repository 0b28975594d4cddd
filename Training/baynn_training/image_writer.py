# SPDX-License-Identifier: Apache-2.0
"""Writes a model image (SPEC.md, sections 1 and 3)."""

import struct
import zlib
from collections.abc import Sequence

import numpy as np

from . import image_checks as checks
from .bit_rows import pack_rows, to_planes
from .integer_network import DenseLayer, IntegerNetwork, SoftmaxHead
from .policy import MEASURES, Policy
from .reference import Prediction

MAGIC = b"BNN\x1a"
FORMAT = 1
KINDS = {
    "input": 1,
    "dense": 16,
    "softmax": 64,
    "labels": 80,
    "policy": 81,
    "answers": 82,
    "name": 83,
}


def _u32(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def _fill(data: bytes) -> bytes:
    """Zero bytes up to a multiple of 4."""
    return data + bytes(-len(data) % 4)


def _section(kind: str, payload: bytes) -> bytes:
    return struct.pack("<HHI", KINDS[kind], 0, len(payload)) + payload


def _weight_rows(weights: np.ndarray) -> bytes:
    """weights: bool [n, m]; a row of zeros follows, to pad lists of rows with."""
    return pack_rows(np.vstack([weights, np.zeros_like(weights[:1])]))


def _total_rows(weights: np.ndarray) -> bytes:
    """T_j, the number of +1 weights of each output, in width(n) planes."""
    return pack_rows(to_planes(weights.sum(0, dtype=np.int64), len(weights).bit_length()))


def _dense(layer: DenseLayer) -> bytes:
    inputs, outputs = layer.weights.shape
    states, planes = len(layer.thresholds), layer.bound.bit_length()
    parts = [_u32(inputs, outputs, states, layer.drop_q16, planes, 0), _weight_rows(layer.weights)]
    if layer.maximum == 1:
        parts.append(_total_rows(layer.weights))
    # A padding lane has the threshold 2^(P + 1) - 1 > K, which no sum reaches.
    parts += [pack_rows(to_planes(row, planes + 1), padding=True) for row in layer.thresholds]
    parts.append(pack_rows(layer.inversions))
    return b"".join(parts)


def _softmax(head: SoftmaxHead) -> bytes:
    inputs, classes = head.weights.shape
    pairs = np.stack([head.scale, head.bias], 1).astype("<i4")
    return b"".join(
        [
            _u32(inputs, classes, inputs.bit_length(), 0),
            _weight_rows(head.weights),
            _total_rows(head.weights),
            pairs.tobytes(),
        ]
    )


def _policy(policy: Policy) -> bytes:
    threshold, rate = round(policy.threshold * 65536), round(policy.rate * 65536)
    return _u32(MEASURES[policy.measure], threshold, rate, policy.samples)


def _answers(answers: Sequence[tuple[np.ndarray, Prediction]]) -> bytes:
    parts = [_u32(len(answers))]
    for x, answer in answers:
        parts.append(_fill(np.asarray(x, np.uint8).tobytes()))
        parts.append(_u32(answer.label, answer.entropy_q16, answer.mutual_information_q16))
        parts.append(_u32(*answer.probability_q31))
    return b"".join(parts)


def encode_image(
    network: IntegerNetwork,
    labels: Sequence[str],
    name: str | None = None,
    policy: Policy | None = None,
    answers: Sequence[tuple[np.ndarray, Prediction]] = (),
) -> bytes:
    """Returns the bytes of an image; raises ValueError if the format cannot hold it.

    labels: names of the classes. answers: inputs (u8 [elements]) with what the exact
    posterior says about them.
    """
    checks.check_network(network)
    checks.check_texts(network, labels, name)
    checks.check_policy(policy)
    checks.check_answers(network, [x for x, _ in answers])
    elements = int(np.prod(network.shape))
    sections = [_section("input", _u32(elements, network.maximum, *network.shape))]
    sections += [_section("dense", _dense(layer)) for layer in network.layers]
    sections.append(_section("softmax", _softmax(network.head)))
    texts = b"".join(label.encode() + b"\0" for label in labels)
    sections.append(_section("labels", _fill(texts)))
    if policy is not None:
        sections.append(_section("policy", _policy(policy)))
    if answers:
        sections.append(_section("answers", _answers(answers)))
    if name is not None:
        sections.append(_section("name", _fill(name.encode() + b"\0")))
    body = b"".join(sections)
    header = MAGIC + struct.pack("<HHII", FORMAT, 0, 16 + len(body) + 4, len(sections))
    return header + body + _u32(zlib.crc32(header + body))
