# SPDX-License-Identifier: Apache-2.0
"""Reads a model image back, refusing what SPEC.md does not allow.

Written against the specification and not as the mirror of the writer, so that an error
in one of them shows.
"""

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from .bit_rows import from_planes, unpack_rows, words
from .image_checks import check_network
from .integer_network import DenseLayer, IntegerNetwork, SoftmaxHead


@dataclass(frozen=True)
class KnownAnswer:
    """x: u8 [elements]; entropies Q16.16; probability_q31: one for each class."""

    x: np.ndarray
    label: int
    entropy_q16: int
    mutual_information_q16: int
    probability_q31: tuple[int, ...]


@dataclass(frozen=True)
class Image:
    """policy: (measure, threshold Q16.16, rate Q0.16, samples), or None."""

    network: IntegerNetwork
    labels: tuple[str, ...]
    policy: tuple[int, int, int, int] | None
    answers: tuple[KnownAnswer, ...]
    name: str | None


class _Cursor:
    """Takes bytes from the front, and knows if there are too few or too many."""

    def __init__(self, data: bytes) -> None:
        self.data, self.offset = data, 0

    def take(self, count: int) -> bytes:
        if self.offset + count > len(self.data):
            raise ValueError("a section of the image is too short for its content")
        self.offset += count
        return self.data[self.offset - count : self.offset]

    def u32(self, count: int) -> tuple[int, ...]:
        return struct.unpack(f"<{count}I", self.take(4 * count))

    def rows(self, rows: int, lanes: int, padding: bool = False) -> np.ndarray:
        return unpack_rows(self.take(4 * rows * words(lanes)), rows, lanes, padding)

    def end(self) -> None:
        if self.offset != len(self.data):
            raise ValueError("a section of the image is too long for its content")


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(f"image: {what}")


def _weights(cursor: _Cursor, inputs: int, outputs: int, with_totals: bool) -> np.ndarray:
    rows = cursor.rows(inputs + 1, outputs)
    _require(not rows[-1].any(), "the last row of weights is not zero")
    if with_totals:
        totals = from_planes(cursor.rows(inputs.bit_length(), outputs))
        _require(bool((totals == rows.sum(0)).all()), "totals are not those of the weights")
    return rows[:-1]


def _dense(cursor: _Cursor, maximum: int) -> DenseLayer:
    inputs, outputs, states, drop_q16, planes, reserved = cursor.u32(6)
    _require(states in (1, 2) and (states == 2) == (drop_q16 > 0), "states of a layer")
    _require(planes == (inputs * maximum).bit_length() and reserved == 0, "planes of a layer")
    weights = _weights(cursor, inputs, outputs, with_totals=maximum == 1)
    thresholds = [from_planes(cursor.rows(planes + 1, outputs, True)) for _ in range(states)]
    return DenseLayer(
        weights, maximum, drop_q16, np.stack(thresholds), cursor.rows(states, outputs)
    )


def _softmax(cursor: _Cursor) -> SoftmaxHead:
    inputs, classes, planes, reserved = cursor.u32(4)
    _require(planes == inputs.bit_length() and reserved == 0, "planes of the head")
    weights = _weights(cursor, inputs, classes, with_totals=True)
    pairs = np.frombuffer(cursor.take(8 * classes), "<i4").reshape(classes, 2).astype(np.int64)
    return SoftmaxHead(weights, pairs[:, 0], pairs[:, 1])


def _strings(cursor: _Cursor, count: int) -> tuple[str, ...]:
    *texts, rest = cursor.take(len(cursor.data)).split(b"\0", count)
    _require(len(texts) == count and all(texts), "strings missing or empty")
    _require(len(rest) <= 3 and not any(rest), "strings not filled with zeros")
    return tuple(text.decode() for text in texts)


def _answers(cursor: _Cursor, elements: int, classes: int) -> tuple[KnownAnswer, ...]:
    (count,) = cursor.u32(1)
    _require(count >= 1, "no known answers in their section")
    answers = []
    for _ in range(count):
        x = np.frombuffer(cursor.take(elements), np.uint8)
        _require(not any(cursor.take(-elements % 4)), "an input not filled with zeros")
        answers.append(KnownAnswer(x, *cursor.u32(3), cursor.u32(classes)))
    return tuple(answers)


def _sections(data: bytes) -> list[tuple[int, _Cursor]]:
    """Checks the container; returns kind and payload of each section."""
    _require(data[:4] == b"BNN\x1a", "does not begin like one")
    version, reserved, image_bytes, count = struct.unpack_from("<HHII", data, 4)
    _require(version == 1 and reserved == 0, f"unknown format {version}")
    _require(image_bytes % 4 == 0 and 20 <= image_bytes <= len(data), "truncated")
    body = data[: image_bytes - 4]
    (crc,) = struct.unpack_from("<I", data, image_bytes - 4)
    _require(crc == zlib.crc32(body), "damaged: wrong CRC")
    cursor, sections = _Cursor(body[16:]), []
    for _ in range(count):
        kind, reserved, payload_bytes = struct.unpack("<HHI", cursor.take(8))
        _require(reserved == 0 and payload_bytes % 4 == 0, "header of a section")
        sections.append((kind, _Cursor(cursor.take(payload_bytes))))
    cursor.end()
    return sections


def read_image(data: bytes) -> Image:
    """Raises ValueError if the bytes are no valid image."""
    sections = _sections(data)
    kinds = [kind for kind, _ in sections]
    _require(kinds == sorted(kinds), "sections out of order")
    once = [kind for kind in kinds if kind != 16]
    _require(len(set(once)) == len(once), "a section repeated")
    _require({1, 16, 64, 80} <= set(kinds) <= {1, 16, 64, 80, 81, 82, 83}, "sections")
    payloads = dict(sections)
    elements, maximum, *shape = payloads[1].u32(5)
    _require(elements == np.prod(shape), "the shape of the input")
    dense = [cursor for kind, cursor in sections if kind == 16]
    layers = tuple(_dense(cursor, 1 if i else maximum) for i, cursor in enumerate(dense))
    network = IntegerNetwork(tuple(shape), maximum, layers, _softmax(payloads[64]))
    check_network(network)
    labels = _strings(payloads[80], network.classes)
    policy = payloads[81].u32(4) if 81 in kinds else None
    answers = _answers(payloads[82], elements, network.classes) if 82 in kinds else ()
    name = _strings(payloads[83], 1)[0] if 83 in kinds else None
    for _, cursor in sections:
        cursor.end()
    return Image(network, labels, policy, answers, name)
