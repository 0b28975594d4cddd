# SPDX-License-Identifier: Apache-2.0
"""Images of all layers and heads: their bytes, and what cannot be read."""

import struct
import zlib

import numpy as np
import pytest

from baynn_training import Policy, read_image
from baynn_training.conformance.draws import Draws
from baynn_training.conformance.network_cases import all_cases
from baynn_training.conformance.vectors import case_draws
from baynn_training.cursor import ImageError
from baynn_training.image_writer import encode_image
from baynn_training.integer import ClassificationHead, Convolution, RegressionHead
from baynn_training.integer_network import IntegerNetwork
from baynn_training.paths import MODELS
from baynn_training.policy import MEASURES
from baynn_training.reference import predict_default, predict_exact

CASES = dict(all_cases())


def _network(name: str) -> IntegerNetwork:
    return CASES[name](case_draws(name))


def _labels(network: IntegerNetwork) -> list[str]:
    return [str(i) for i in range(network.head.names)]


def _assert_equal(one: object, other: object) -> None:
    assert type(one) is type(other) and vars(one).keys() == vars(other).keys()
    for field, value in vars(one).items():
        if isinstance(value, np.ndarray):
            assert np.array_equal(value, vars(other)[field]), field
        else:
            assert value == vars(other)[field], field


@pytest.mark.parametrize("name", CASES)
def test_reading_gives_back_what_was_written(name):
    network = _network(name)
    data = encode_image(network, _labels(network))
    read = read_image(data).network
    assert (read.shape, read.maximum) == (network.shape, network.maximum)
    for one, other in zip([*read.layers, read.head], [*network.layers, network.head], strict=True):
        _assert_equal(one, other)
    assert read.forms == network.forms
    assert encode_image(read, _labels(read)) == data


def test_the_digits_model_is_written_again_byte_for_byte():
    data = (MODELS / "digits" / "digits.baynn").read_bytes()
    image = read_image(data)
    measure, threshold, rate, samples = image.policy
    name = {code: name for name, code in MEASURES.items()}[measure]
    policy = Policy(name, threshold / 65536, rate / 65536, samples)
    answers = [(answer.x, predict_exact(image.network, answer.x)) for answer in image.answers]
    assert encode_image(image.network, image.labels, image.name, policy, answers) == data


def _words(text: str) -> bytes:
    return b"".join(struct.pack("<I", int(word, 16)) for word in text.split())


def test_a_convolution_written_by_hand():
    """2-bit weights in two copies, a row of the source as kernel, and logits at two positions."""
    weights = np.array([[[3, -3], [-1, 1]], [[1, 1], [3, -1]]])
    layer = Convolution(
        source=0, maximum=1, kernel=(1, 2), stride=(1, 1), dilation=(3, 1), pad=(0, 1),
        size=(1, 2), weights=weights, weight_bits=2, method=4,
    )  # fmt: skip
    network = IntegerNetwork((1, 2, 1), 1, (layer,), ClassificationHead(2))
    expected = _words(
        "1 14 2 1 1 2 1"
        "\n 11 9c 0 1 2 1 1 3 1 0 1 1 2 2 2 1 4 0 2 0 3"
        # 3, -3 are the bits 11, 00; -1, 1 are 01, 10; 1, 1 are 10, 10; 3, -1 are 11, 01
        "\n 1 1 0  1 2 0  0 3 0  3 1 0"
        # ones of each lane, in two planes
        "\n 0 1  3 0  3 0  2 1"
        "\n 41 8 2 0"
        "\n 50 4 00310030"
    )
    image = encode_image(network, ["0", "1"])
    assert image[16 : 28 + 16].hex(" ", 4) == expected[:28].hex(" ", 4)
    assert image[44:-4].hex(" ", 4) == expected[28:].hex(" ", 4)


def test_known_answers_of_every_head():
    for name, count in (
        ("classification, 2 classes, 4 x 4 positions", 1),
        ("classification, 33 classes, 1 x 1 positions", 33),
        ("regression of a map", 1),
        ("SpinDrop and Spatial-SpinDrop", 3),
    ):
        network = _network(name)
        x = Draws(1, 1).integers(0, network.maximum, int(np.prod(network.shape)))
        prediction = predict_default(network, x)
        data = encode_image(network, _labels(network), answers=[(x.astype(np.uint8), prediction)])
        (answer,) = read_image(data).answers
        assert answer.x.tolist() == x.tolist()
        assert answer.label == prediction.label and answer.entropy_q16 == prediction.entropy_q16
        if count > 1:
            assert answer.probability_q31 == prediction.probability_q31
            assert len(answer.probability_q31) == count and answer.checksum == 0
            continue
        assert answer.checksum == prediction.output_checksum()
        if network.is_regression:
            pairs = zip(prediction.mean_q16, prediction.deviation_q16, strict=True)
            raw = b"".join(struct.pack("<iI", *pair) for pair in pairs)
        else:
            raw = prediction.position_probability_q31.astype("<u4").tobytes()
        assert answer.checksum == zlib.crc32(raw)


def test_policies_fit_their_heads():
    values, classes = _network("regression of a map"), _network("Scale Dropout")
    deviation, entropy = Policy("deviation", 0.5, 0.05, 9), Policy("entropy", 0.5, 0.05, 9)
    data = encode_image(values, _labels(values), policy=deviation)
    assert read_image(data).policy == (3, 32768, 3277, 9)
    for network, policy in ((values, entropy), (classes, deviation)):
        with pytest.raises(ValueError, match="does not fit the head"):
            encode_image(network, _labels(network), policy=policy)


def _layers_end(data: bytes) -> int:
    """The offset of the labels."""
    offset = 16
    while struct.unpack_from("<H", data, offset)[0] != 80:
        offset += 8 + struct.unpack_from("<I", data, offset + 4)[0]
    return offset


@pytest.mark.parametrize("name", list(CASES)[::3])
def test_changed_images_are_refused_or_mean_another_network(name):
    """What is read holds every bit: nothing in an image is ignored."""
    network = _network(name)
    data = encode_image(network, _labels(network))
    draws, end = Draws(5, zlib.crc32(name.encode())), _layers_end(data)
    for _ in range(60):
        body = bytearray(data[:-4])
        # Mostly the fields at the beginning of sections, which only small changes get past.
        offset = draws.integer(8, end - 1)
        body[offset] = (body[offset] + draws.choice([1, 2, 255, 128])) % 256
        changed = bytes(body) + struct.pack("<I", zlib.crc32(body))
        try:
            image = read_image(changed)
        except ImageError:
            continue
        # 12 bytes of the header tell sizes, which the reader compares with the sections.
        assert encode_image(image.network, image.labels) == changed


def test_every_word_of_small_images_counts():
    """As above, for every word of the headers of one image of each kind of layer."""
    for name in ("add", "LSTM, 2 outputs, 2 bits, all steps", "regression of a map",
                 "layer normalization", "concatenate integers", "upsample integers",
                 "pool, sum of codes of 2 bits, padded"):  # fmt: skip
        network = _network(name)
        data = encode_image(network, _labels(network))
        for offset in range(0, _layers_end(data), 4):
            for change in (1, -1, 4, 1 << 16, 1 << 31):
                body = bytearray(data[:-4])
                word = (struct.unpack_from("<I", body, offset)[0] + change) % (1 << 32)
                struct.pack_into("<I", body, offset, word)
                changed = bytes(body) + struct.pack("<I", zlib.crc32(body))
                try:
                    image = read_image(changed)
                except ImageError:
                    continue
                assert encode_image(image.network, image.labels) == changed


def test_regression_noise_is_u32():
    network = _network("regression, 1 outputs, method 1")
    for noise in (-1, 1 << 32):
        bad = IntegerNetwork(
            network.shape, network.maximum, network.layers, RegressionHead(np.array([noise]))
        )
        with pytest.raises(ValueError, match="noise"):
            encode_image(bad, ["a"])
