# SPDX-License-Identifier: Apache-2.0
"""Test vectors, and that the files in the repository belong together."""

import struct
import zlib

import numpy as np
import pytest
import torch
from conftest import make_inputs, make_network

from baynn_training import fold, read_image, reference
from baynn_training.digits import artifacts, data
from baynn_training.integer_network import IntegerNetwork
from baynn_training.leaves import leaf_states
from baynn_training.paths import MODELS, VECTORS
from baynn_training.vectors import parity_vectors, posterior_vectors


def _check_parity(vectors: bytes, network: IntegerNetwork, x: np.ndarray) -> None:
    """Computes every number anew from the integer network."""
    words = np.frombuffer(vectors, "<u4")
    inputs, masks, layers, full = words[:4].tolist()
    outputs = words[4 : 4 + layers].tolist()
    assert (inputs, masks) == (len(x), 1 << len(network.drop_q16))
    assert outputs == [len(layer.thresholds[0]) for layer in network.layers] + [network.classes]
    start = 4 + layers
    checks = words[start : start + inputs * masks * (1 + layers)]
    checks = checks.reshape(inputs, masks, 1 + layers)
    rest = words[start + checks.size :].astype("<i4", casting="unsafe")
    traces = []
    for mask in range(masks):
        logits, sums = network.dense_sums(x, mask)
        traces.append([v.astype("<i4") for v in sums])
        assert (checks[:, mask, 0] == logits.argmax(1)).all()
        for i in range(inputs):
            crcs = [zlib.crc32(v[i].tobytes()) for v in traces[mask]]
            assert checks[i, mask, 1:].tolist() == crcs
    expected = [
        traces[mask][k][i] for i in range(full) for mask in range(masks) for k in range(layers)
    ]
    assert np.array_equal(rest, np.concatenate(expected))


def _check_posterior(vectors: bytes, network: IntegerNetwork, x: np.ndarray) -> None:
    assert struct.unpack_from("<I", vectors) == (len(x),)
    words = np.frombuffer(vectors, "<u4", offset=4).reshape(len(x), 4, 6 + network.classes)
    for i, row in enumerate(x):
        exact = reference.predict_exact(network, row)
        assert words[i, 0, :3].tolist() == [exact.label, exact.leaves, exact.samples]
        assert words[i, 0, 3:6].tolist() == [
            exact.entropy_q16,
            exact.mutual_information_q16,
            exact.mass_q31,
        ]
        assert words[i, 0, 6:].tolist() == list(exact.probability_q31)
    kinds = words[:, :, 1:3]
    assert (kinds[:, 2, 1] == 20).all() and (kinds[:, 3] == 1).all()
    assert (words[:, 3, 4] == 0).all()


@pytest.mark.parametrize("probability", [0.3, [0.0, 0.2]])
def test_vectors_of_a_small_network(probability):
    network = make_network(probability=probability)
    x = make_inputs(network, 30)
    integers = fold(network)
    _check_parity(parity_vectors(network, integers, x), integers, x.long().numpy())
    _check_posterior(posterior_vectors(integers, x.long().numpy()), integers, x.long().numpy())


def test_masks_order_drops_by_site():
    assert leaf_states(0b01, 2) == [0, 1]


@pytest.fixture(scope="module")
def published():
    return read_image((MODELS / "digits" / artifacts.IMAGE).read_bytes())


@pytest.fixture(scope="module")
def held_out() -> np.ndarray:
    records = np.frombuffer((MODELS / "digits" / artifacts.HELD_OUT).read_bytes(), np.uint8)
    return records.reshape(-1, 65)


def test_the_held_out_file_is_the_test_part(held_out):
    test = data.load().test
    assert torch.equal(torch.tensor(held_out[:, :64]).float(), test.x)
    assert held_out[:, 64].tolist() == test.y.tolist()


def test_the_published_image_computes_what_pytorch_did(published, held_out):
    x = held_out[:, :64].astype(np.int64)
    _check_parity((VECTORS / artifacts.PARITY).read_bytes(), published.network, x)


def test_the_published_posterior_vectors_are_those_of_the_image(published, held_out):
    x = held_out[:, :64].astype(np.int64)
    expected = posterior_vectors(published.network, x)
    assert (VECTORS / artifacts.POSTERIOR).read_bytes() == expected


def test_the_published_image(published, held_out):
    """Its labels, its size, its known answers, and that it is accurate."""
    assert (MODELS / "digits" / artifacts.IMAGE).stat().st_size <= 32 * 1024
    assert published.labels == tuple("0123456789") and published.name == "digits"
    assert published.policy is not None and 8 <= len(published.answers) <= 16
    known = {held_out[i, :64].tobytes() for i in range(len(held_out))}
    for answer in published.answers:
        assert answer.x.tobytes() not in known
        exact = reference.predict_exact(published.network, answer.x)
        assert (answer.label, answer.entropy_q16) == (exact.label, exact.entropy_q16)
        assert answer.mutual_information_q16 == exact.mutual_information_q16
        assert answer.probability_q31 == exact.probability_q31
    x = held_out[:, :64].astype(np.int64)
    labels = [reference.predict_exact(published.network, row).label for row in x]
    assert (labels == held_out[:, 64]).mean() >= 0.97
