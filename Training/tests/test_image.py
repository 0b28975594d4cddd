# SPDX-License-Identifier: Apache-2.0
"""The image: its bytes, and that it holds the network."""

import struct
import zlib

import numpy as np
import pytest
from conftest import make_inputs, make_network

from baynn_training import Policy, fold, read_image, write_image
from baynn_training.bit_rows import from_planes, pack_rows, to_planes, unpack_rows
from baynn_training.image_writer import encode_image
from baynn_training.integer_network import DenseLayer, IntegerNetwork, SoftmaxHead
from baynn_training.reference import predict_exact

LABELS = ["no", "yes", "ångström"]


def test_crc_check_value():
    assert zlib.crc32(b"123456789") == 0xCBF43926


def _words(text: str) -> bytes:
    return b"".join(struct.pack("<I", int(word, 16)) for word in text.split())


def test_an_image_written_by_hand():
    """Every word of a network of 2 inputs, 3 outputs and 2 classes."""
    dense = DenseLayer(
        weights=np.array([[1, 0, 1], [0, 0, 1]], bool),
        maximum=3,
        drop_q16=0x4000,
        thresholds=np.array([[0, 5, 13], [6, 7, 8]]),
        inversions=np.array([[0, 1, 0], [1, 0, 0]], bool),
    )
    head = SoftmaxHead(
        np.array([[1, 0], [1, 1], [0, 1]], bool), np.array([5, -1]), np.array([0, 7])
    )
    network = IntegerNetwork((1, 2, 1), 3, (dense,), head)
    expected = _words(
        "1a4e4e42 1 138 5"
        # input: 2 elements up to 3
        "\n 1 14 2 3 1 2 1"
        # dense: K = 6, 3 planes
        "\n 10 4c 2 3 2 4000 3 0"
        "\n 5 4 0"  # weights
        # thresholds 0, 5, 13 and 6, 7, 8 in 4 planes, 29 padding lanes of ones
        "\n fffffffe fffffff8 fffffffe fffffffc"
        "\n fffffffa fffffffb fffffffb fffffffc"
        "\n 2 1"  # inversions
        # softmax: 2 planes, weights, totals 2 and 2, scale and bias of each class
        "\n 40 38 3 2 2 0"
        "\n 1 3 2 0"
        "\n 0 3"
        "\n 5 0 ffffffff 7"
        # labels a, bc; name d
        "\n 50 8 63620061 0"
        "\n 53 4 64"
    )
    image = encode_image(network, ["a", "bc"], "d")
    expected = expected[:8] + struct.pack("<I", len(expected) + 4) + expected[12:]
    assert image[:-4].hex(" ", 4) == expected.hex(" ", 4)
    assert image[-4:] == struct.pack("<I", zlib.crc32(expected))


def _assert_equal(a: IntegerNetwork, b: IntegerNetwork) -> None:
    assert (a.shape, a.maximum, len(a.layers)) == (b.shape, b.maximum, len(b.layers))
    for one, other in zip(a.layers, b.layers, strict=True):
        assert (one.maximum, one.drop_q16) == (other.maximum, other.drop_q16)
        for field in ("weights", "thresholds", "inversions"):
            assert np.array_equal(getattr(one, field), getattr(other, field))
    for field in ("weights", "scale", "bias"):
        assert np.array_equal(getattr(a.head, field), getattr(b.head, field))


@pytest.mark.parametrize("hidden", [(37, 20), (64, 32), (1, 33, 31), (5,)])
@pytest.mark.parametrize("probability", [0.3, 0.0])
def test_reading_gives_back_what_was_written(tmp_path, hidden, probability):
    network = make_network(hidden, probability)
    data = write_image(tmp_path / "a" / "m.baynn", network, LABELS)
    assert (tmp_path / "a" / "m.baynn").read_bytes() == data
    image = read_image(data + b"behind the image")
    _assert_equal(image.network, fold(network))
    assert image.labels == tuple(LABELS)
    assert image.policy is None and image.name is None and image.answers == ()


def test_all_optional_sections(tmp_path, network):
    known = list(make_inputs(network, 3).byte().numpy())
    policy = Policy("mutual_information", 0.25, 0.05, 200)
    data = write_image(tmp_path / "m", network, LABELS, "tiny ✓", policy, known)
    image = read_image(data)
    assert len(data) % 4 == 0
    assert image.name == "tiny ✓"
    assert image.policy == (2, 0x4000, 3277, 200)
    for x, answer in zip(known, image.answers, strict=True):
        expected = predict_exact(image.network, x)
        assert (answer.x == x).all()
        assert answer.label == expected.label
        assert answer.entropy_q16 == expected.entropy_q16
        assert answer.mutual_information_q16 == expected.mutual_information_q16
        assert answer.probability_q31 == expected.probability_q31


@pytest.mark.parametrize("lanes", [1, 31, 32, 33, 64, 65])
def test_bit_rows(lanes):
    bits = np.random.default_rng(lanes).random((3, lanes)) < 0.5
    for padding in (False, True):
        data = pack_rows(bits, padding)
        assert len(data) == 3 * 4 * ((lanes + 31) // 32)
        assert (unpack_rows(data, 3, lanes, padding) == bits).all()
        for j in range(lanes):
            word = struct.unpack_from("<I", data, 4 * (j // 32))[0]
            assert word >> (j % 32) & 1 == bits[0, j]
        if lanes % 32:
            with pytest.raises(ValueError, match="padding"):
                unpack_rows(data, 3, lanes, not padding)


def test_planes():
    values = np.array([0, 1, 6, 7])
    assert to_planes(values, 3).astype(int).tolist() == [[0, 1, 0, 1], [0, 0, 1, 1], [0, 0, 1, 1]]
    assert (from_planes(to_planes(values, 3)) == values).all()
    with pytest.raises(ValueError, match="planes"):
        to_planes(values, 2)
