# SPDX-License-Identifier: Apache-2.0
"""Reads a model image back, refusing what SPEC.md does not allow.

Written against the specification and not as the mirror of the writer, so that an error
in one of them shows.
"""

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from .cursor import Cursor, ImageError, require
from .image_checks import ANSWER_SITES_MAX, LAYERS_MAX, check_network
from .integer import Head, Layer, TensorForm
from .integer_network import IntegerNetwork
from .layer_checks import check_layer
from .layer_reader import HEAD_READERS, LAYER_READERS

HEADER_BYTES = 16
IMAGE_BYTES_MAX = 0x7FFFFFFC
INPUT = 1
LABELS = 80
POLICY = 81
ANSWERS = 82
NAME = 83


@dataclass(frozen=True)
class KnownAnswer:
    """x: u8 [elements]; entropies Q16.16.

    probability_q31: one for each class, of a classification of one position; otherwise empty.
    checksum: otherwise, that of Prediction.output_checksum; 0 where there are probabilities.
    """

    x: np.ndarray
    label: int
    entropy_q16: int
    mutual_information_q16: int
    probability_q31: tuple[int, ...]
    checksum: int = 0


@dataclass(frozen=True)
class Image:
    """policy: (measure, threshold Q16.16, rate Q0.16, samples), or None."""

    network: IntegerNetwork
    labels: tuple[str, ...]
    policy: tuple[int, int, int, int] | None
    answers: tuple[KnownAnswer, ...]
    name: str | None


def _strings(cursor: Cursor, count: int) -> tuple[str, ...]:
    *texts, rest = cursor.take(len(cursor.data)).split(b"\0", count)
    require(len(texts) == count and all(texts), "strings missing or empty")
    require(len(rest) <= 3 and not any(rest), "strings not filled with zeros")
    # Encodings are not checked: bytes that are no UTF-8 come through as surrogates.
    return tuple(text.decode(errors="surrogateescape") for text in texts)


def _answers(cursor: Cursor, network: IntegerNetwork) -> tuple[KnownAnswer, ...]:
    (count,) = cursor.u32(1)
    require(count >= 1, "no known answers in their section")
    sites = len(network.drop_q16)
    require(sites <= ANSWER_SITES_MAX, f"known answers of a model of {sites} sites")
    elements, answers = int(np.prod(network.shape)), []
    for _ in range(count):
        x = np.frombuffer(cursor.take(elements), np.uint8)
        require(bool((x <= network.maximum).all()), "an element of a known input above the maximum")
        require(not any(cursor.take(-elements % 4)), "an input not filled with zeros")
        outcome = cursor.u32(3)
        if network.is_regression:
            require(not any(outcome), "a label or an entropy in the known answer of a regression")
        require(outcome[0] < max(network.classes, 1), "a label of a known answer is no class")
        if network.is_regression or network.positions > 1:
            answers.append(KnownAnswer(x, *outcome, (), *cursor.u32(1)))
        else:
            answers.append(KnownAnswer(x, *outcome, cursor.u32(network.classes)))
    return tuple(answers)


def _policy(cursor: Cursor, network: IntegerNetwork) -> tuple[int, int, int, int]:
    measure, threshold, rate, samples = cursor.u32(4)
    measures = (3,) if network.is_regression else (1, 2)
    require(measure in measures, f"the policy has the measure {measure}, possible are {measures}")
    require(rate <= 65536 and samples >= 1, "the rate of a policy")
    return measure, threshold, rate, samples


def _body(data: bytes) -> bytes:
    """Checks header and checksum; returns the image without its checksum."""
    require(len(data) >= HEADER_BYTES + 4, "shorter than a header", "truncated")
    require(data[:4] == b"BNN\x1a", "does not begin like one", "magic")
    version, reserved, image_bytes = struct.unpack_from("<HHI", data, 4)
    require(version == 1, f"unknown format {version}", "format")
    require(image_bytes % 4 == 0 and image_bytes >= HEADER_BYTES + 4, f"{image_bytes} bytes")
    require(image_bytes <= min(len(data), IMAGE_BYTES_MAX), "shorter than it says", "truncated")
    body = data[: image_bytes - 4]
    (crc,) = struct.unpack_from("<I", data, image_bytes - 4)
    require(crc == zlib.crc32(body), "damaged: wrong CRC", "checksum")
    require(reserved == 0, "a reserved field of the header")
    return body


def _sections(body: bytes) -> list[tuple[int, Cursor]]:
    """Kind and payload of each section."""
    (count,) = struct.unpack_from("<I", body, 12)
    cursor, sections = Cursor(body[HEADER_BYTES:]), []
    for _ in range(count):
        kind, reserved, payload_bytes = struct.unpack("<HHI", cursor.take(8))
        require(reserved == 0 and payload_bytes % 4 == 0, "header of a section")
        sections.append((kind, Cursor(cursor.take(payload_bytes))))
    cursor.end()
    return sections


def _input(cursor: Cursor) -> TensorForm:
    elements, maximum, height, width, channels = cursor.u32(5)
    require(elements == height * width * channels, "the shape of the input")
    return TensorForm(height, width, channels, "input", maximum)


def _order(kind: int) -> int:
    """Layers of all kinds share one place in the order of sections, heads another."""
    if kind in LAYER_READERS:
        return min(LAYER_READERS)
    return min(HEAD_READERS) if kind in HEAD_READERS else kind


def _check_order(kinds: list[int]) -> None:
    """Known kinds, in order; layers repeat, nothing else does; what is needed is there."""
    places = [_order(kind) for kind in kinds]
    layer, head = min(LAYER_READERS), min(HEAD_READERS)
    require(set(places) <= {INPUT, layer, head, LABELS, POLICY, ANSWERS, NAME}, "unknown section")
    require(places == sorted(places), "sections out of order")
    once = [place for place in places if place != layer]
    require(len(set(once)) == len(once), "a section repeated")
    require({INPUT, layer, head, LABELS} <= set(places), "a section is missing")
    require(places.count(layer) <= LAYERS_MAX, "too many layers")


def _network(sections: list[tuple[int, Cursor]]) -> IntegerNetwork:
    forms: list[TensorForm] = []
    layers: list[Layer] = []
    heads: list[Head] = []
    for kind, cursor in sections:
        if kind == INPUT:
            forms.append(_input(cursor))
        elif kind in LAYER_READERS:
            layers.append(LAYER_READERS[kind](cursor, forms))
            forms.append(check_layer(layers[-1], len(layers), forms))
        elif kind in HEAD_READERS:
            heads.append(HEAD_READERS[kind](cursor))
    network = IntegerNetwork(forms[0].shape, forms[0].bound, tuple(layers), heads[0])
    check_network(network)
    return network


def _image(body: bytes) -> Image:
    sections = _sections(body)
    _check_order([kind for kind, _ in sections])
    network = _network(sections)
    payloads = dict(sections)
    labels = _strings(payloads[LABELS], network.head.names)
    policy = _policy(payloads[POLICY], network) if POLICY in payloads else None
    answers = _answers(payloads[ANSWERS], network) if ANSWERS in payloads else ()
    name = _strings(payloads[NAME], 1)[0] if NAME in payloads else None
    for _, cursor in sections:
        cursor.end()
    return Image(network, labels, policy, answers, name)


def read_image(data: bytes) -> Image:
    """Bytes after the image's own size are ignored. Raises ImageError if the bytes are no valid
    image."""
    body = _body(data)
    try:
        return _image(body)
    except ImageError:
        raise
    except ValueError as error:  # What the writer refuses, too: its checks are shared.
        raise ImageError("content", str(error)) from error
