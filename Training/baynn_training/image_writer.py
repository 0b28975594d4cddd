# SPDX-License-Identifier: Apache-2.0
"""Writes a model image (SPEC.md, sections 1 and 3)."""

import struct
import zlib
from collections.abc import Sequence

import numpy as np

from . import image_checks as checks
from .integer_network import IntegerNetwork
from .layer_writer import encode_layer, u32
from .policy import MEASURES, Policy
from .reference import Prediction

MAGIC = b"BNN\x1a"
FORMAT = 1
INPUT = 1
LABELS = 80
POLICY = 81
ANSWERS = 82
NAME = 83


def _fill(data: bytes) -> bytes:
    """Zero bytes up to a multiple of 4."""
    return data + bytes(-len(data) % 4)


def _section(kind: int, payload: bytes) -> bytes:
    return struct.pack("<HHI", kind, 0, len(payload)) + payload


def _policy(policy: Policy) -> bytes:
    threshold, rate = round(policy.threshold * 65536), round(policy.rate * 65536)
    return u32(MEASURES[policy.measure], threshold, rate, policy.samples)


def _answers(network: IntegerNetwork, answers: Sequence[tuple[np.ndarray, Prediction]]) -> bytes:
    parts = [u32(len(answers))]
    for x, answer in answers:
        parts.append(_fill(np.asarray(x, np.uint8).tobytes()))
        parts.append(u32(answer.label, answer.entropy_q16, answer.mutual_information_q16))
        if network.is_regression or network.positions > 1:
            parts.append(u32(answer.output_checksum()))
        else:
            parts.append(u32(*answer.probability_q31))
    return b"".join(parts)


def encode_image(
    network: IntegerNetwork,
    labels: Sequence[str],
    name: str | None = None,
    policy: Policy | None = None,
    answers: Sequence[tuple[np.ndarray, Prediction]] = (),
) -> bytes:
    """Returns the bytes of an image; raises ValueError if the format cannot hold it.

    labels: names of the classes, or of the outputs of a regression. answers: inputs
    (u8 [elements]) with what the default posterior says about them.
    """
    checks.check_network(network)
    checks.check_texts(network, labels, name)
    checks.check_policy(network, policy)
    checks.check_answers(network, [x for x, _ in answers])
    elements = int(np.prod(network.shape))
    sections = [_section(INPUT, u32(elements, network.maximum, *network.shape))]
    sections += [_section(*encode_layer(layer)) for layer in network.layers]
    sections.append(_section(*encode_layer(network.head)))
    texts = b"".join(label.encode() + b"\0" for label in labels)
    sections.append(_section(LABELS, _fill(texts)))
    if policy is not None:
        sections.append(_section(POLICY, _policy(policy)))
    if answers:
        sections.append(_section(ANSWERS, _answers(network, answers)))
    if name is not None:
        sections.append(_section(NAME, _fill(name.encode() + b"\0")))
    body = b"".join(sections)
    header = MAGIC + struct.pack("<HHII", FORMAT, 0, 16 + len(body) + 4, len(sections))
    return header + body + u32(zlib.crc32(header + body))
