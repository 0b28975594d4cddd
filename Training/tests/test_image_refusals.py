# SPDX-License-Identifier: Apache-2.0
"""What cannot be written, and what must not be read."""

import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
from conftest import make_inputs, make_network

from baynn_training import BinaryNetwork, Policy, fold, read_image, write_image
from baynn_training.cursor import ImageError
from baynn_training.image_writer import encode_image

LABELS = ["a", "b", "c"]


def _with_layer(network, index, **changes):
    layers = list(network.layers)
    layers[index] = replace(layers[index], **changes)
    return replace(network, layers=tuple(layers))


BAD_NETWORKS = {
    "elements": lambda n: replace(n, shape=(256, 256, 1)),
    "empty side": lambda n: replace(n, shape=(0, 5, 1)),
    "layer 0 takes 15 inputs, but gets 16": lambda n: replace(n, shape=(4, 4, 1)),
    "input maximum 256": lambda n: replace(n, maximum=256),
    "another input maximum": lambda n: replace(n, maximum=6),
    "0 hidden layers": lambda n: replace(n, layers=()),
    "65 hidden layers": lambda n: replace(n, layers=n.layers * 32 + n.layers[:1]),
    "layer 1 takes 36": lambda n: _with_layer(n, 1, weights=n.layers[1].weights[1:]),
    "no Q0.16": lambda n: _with_layer(n, 0, drop_q16=65536),
    "lacks thresholds": lambda n: _with_layer(n, 0, drop_q16=0),
    "lacks inversions": lambda n: _with_layer(n, 0, inversions=n.layers[0].inversions[:1]),
    "not clamped": lambda n: _with_layer(n, 0, thresholds=n.layers[0].thresholds - 1000),
    "the head takes 19": lambda n: replace(n, head=replace(n.head, weights=n.head.weights[1:])),
    "a logit can reach": lambda n: replace(n, head=replace(n.head, bias=n.head.bias + (1 << 31))),
    "2 classes, 2 to|labels|classes": lambda n: replace(
        n, head=replace(n.head, weights=n.head.weights[:, :1])
    ),
}


@pytest.mark.parametrize("message", BAD_NETWORKS)
def test_networks_that_do_not_fit_are_refused(network, message):
    with pytest.raises(ValueError, match=message):
        encode_image(BAD_NETWORKS[message](fold(network)), LABELS)


def test_too_many_sites_are_refused():
    deep = BinaryNetwork(15, 7, (2,) * 33, 3, 0.5)
    with pytest.raises(ValueError, match="33 sites"):
        encode_image(fold(deep), LABELS)


def test_known_answers_of_too_many_sites_are_refused(tmp_path):
    deep = make_network((2,) * 11, 0.5)
    x = make_inputs(deep, 1).byte().numpy()
    with pytest.raises(ValueError, match="known answers for 11 sites"):
        write_image(tmp_path / "m", deep, LABELS, known_inputs=list(x))
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": LABELS[:2]}, "2 labels for 3 classes"),
        ({"labels": ["a", "", "c"]}, "empty"),
        ({"labels": ["a", "b\0", "c"]}, "zero byte"),
        ({"name": ""}, "the name is empty"),
        ({"name": "a\0"}, "zero byte"),
        ({"policy": Policy("variance", 1, 0.1, 9)}, "no measure"),
        ({"policy": Policy("entropy", float("nan"), 0.1, 9)}, "threshold"),
        ({"policy": Policy("entropy", -0.1, 0.1, 9)}, "threshold"),
        ({"policy": Policy("entropy", 70000, 0.1, 9)}, "threshold"),
        ({"policy": Policy("entropy", 1, 1.1, 9)}, "rate"),
        ({"policy": Policy("entropy", 1, 0.1, 0)}, "0 inputs"),
        ({"known_inputs": [np.zeros(14, np.uint8)]}, "shape"),
        ({"known_inputs": [np.full(15, 8, np.uint8)]}, "no integer 0 to 7"),
        ({"known_inputs": [np.full(15, 0.5)]}, "no integer 0 to 7"),
    ],
)
def test_bad_arguments_are_refused(tmp_path, network, change, message):
    with pytest.raises(ValueError, match=message):
        write_image(tmp_path / "m", network, **{"labels": LABELS, **change})
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("change", [lambda n: n.train(), lambda n: n.float()])
def test_unfinished_networks_are_refused(tmp_path, network, change):
    with pytest.raises(ValueError, match="not finished"):
        write_image(tmp_path / "m", change(network), LABELS)
    assert not (tmp_path / "m").exists()


@pytest.fixture
def image(tmp_path, network):
    known = list(make_inputs(network, 1).byte().numpy())
    policy = Policy("entropy", 0.5, 0.1, 100)
    return write_image(tmp_path / "m", network, LABELS, "n", policy, known)


def test_every_cut_and_every_flipped_byte_is_noticed(image):
    for size in range(0, len(image), 4):
        with pytest.raises(ImageError):
            read_image(image[:size])
    for offset in range(0, len(image), 7):
        damaged = bytearray(image)
        damaged[offset] ^= 0x10
        with pytest.raises(ImageError):
            read_image(bytes(damaged))


def _sealed(body: bytes) -> bytes:
    return body + struct.pack("<I", zlib.crc32(body))


def test_padding_lanes_and_reserved_fields_are_checked_behind_a_right_crc(image):
    body = image[:-4]
    # Sections: input at 16, the first dense layer at 44, its payload at 52.
    for offset in (6, 18, 46, 52 + 20, 52 + 24 + 7):
        damaged = bytearray(body)
        damaged[offset] |= 0x80
        with pytest.raises(ValueError, match=r"image|padding|format|section"):
            read_image(_sealed(bytes(damaged)))
    read_image(_sealed(body))
