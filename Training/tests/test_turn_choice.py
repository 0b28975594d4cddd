# SPDX-License-Identifier: Apache-2.0
"""Which channels are turned, and what that spares."""

from dataclasses import replace

import numpy as np
import pytest
from conftest import make_inputs, make_network

from baynn_training import read_image, turn, write_image
from baynn_training.conformance import image_checksum
from baynn_training.conformance.builder import Builder
from baynn_training.conformance.layer_cases import whole
from baynn_training.conformance.vectors import case_draws
from baynn_training.data.idx import write_idx
from baynn_training.image_writer import encode_image
from baynn_training.integer import SCALE_DROPOUT, Convolution, DenseLayer, SoftmaxHead
from baynn_training.integer_network import IntegerNetwork
from baynn_training.policy import Policy
from baynn_training.reference import predict_default
from baynn_training.row_visits import rows_visited
from baynn_training.turn_choice import check_turned, choose_turn, spaced
from baynn_training.turning import turn_network


def _inputs(network: IntegerNetwork, count: int) -> np.ndarray:
    size = (count, int(np.prod(network.shape)))
    return np.random.default_rng(1).integers(0, network.maximum + 1, size)


def _mostly_ones(network: IntegerNetwork, number: int) -> IntegerNetwork:
    """With all outputs of a layer, or all but each fifth, 1 for nearly all inputs."""
    layer = network.layers[number - 1]
    rare = np.arange(layer.thresholds.shape[1]) % 5 == 0
    low = np.zeros_like(layer.thresholds)
    layer = replace(layer, thresholds=low, inversions=np.broadcast_to(rare, layer.inversions.shape))
    layers = (*network.layers[: number - 1], layer, *network.layers[number:])
    return replace(network, layers=layers)


def _convolutions() -> IntegerNetwork:
    b = Builder(case_draws("convolutions"), (6, 5, 1), 7)
    x = b.convolution(0, 10, pad=1, states=2, method=SCALE_DROPOUT)
    return _mostly_ones(whole(b, b.convolution(x, 6, pad=1, weight_bits=2)), 1)


def test_channels_that_are_mostly_1_are_turned_and_rows_spared():
    network = _convolutions()
    x = _inputs(network, 40)
    choice = choose_turn(network, x)
    assert choice.turn[1].tolist() == [k % 5 > 0 for k in range(10)]
    assert choice.after[2] < choice.before[2] and choice.before.keys() == {2, 3}
    assert choice.network.trace(x, 0).tensors[1].mean() == 0
    check_turned(network, choice.network, choice.turn, x)
    again = choose_turn(choice.network, x)
    assert not again.turn and again.before == pytest.approx(choice.after)


def test_nothing_is_turned_that_spares_no_row():
    """Equal bits: zeros are visited, of which there are none, so a turn would gain nothing."""
    first = DenseLayer(np.ones((1, 4), bool), 1, 0, np.zeros((1, 4), int), np.zeros((1, 4), bool))
    head = SoftmaxHead(np.ones((4, 2), bool), np.array([1, 2]), np.array([0, 0]))
    network = IntegerNetwork((1, 1, 1), 1, (first,), head)
    choice = choose_turn(network, _inputs(network, 9))
    assert not choice.turn and choice.before == choice.after == {2: 0.0}
    assert choice.network.head.weights.all()


def test_a_head_that_would_not_fit_leaves_its_layer_alone():
    inversions = np.array([[0, 0, 0, 1]], bool)
    first = DenseLayer(np.ones((1, 4), bool), 1, 0, np.zeros((1, 4), int), inversions)
    bias = np.array([(1 << 31) - 1 - (4 << 28), 0])
    head = SoftmaxHead(np.ones((4, 2), bool), np.array([1 << 28, 1]), bias)
    network = IntegerNetwork((1, 1, 1), 1, (first,), head)
    x = _inputs(network, 9)
    assert not choose_turn(network, x).turn
    fitting = replace(network, head=replace(head, bias=-bias))
    assert choose_turn(fitting, x).turn[1].tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    "options",
    [{"pad": 1}, {"stride": 2}, {"kernel": 2, "stride": 2, "transposed": True}, {"weight_bits": 3}],
)
def test_rows_visited_are_counted_window_by_window(options):
    b = Builder(case_draws("windows"), (5, 6, 3), 3)
    number = b.convolution(b.convolution(0, 4, kernel=1), 2, **options)
    layer, form = b.layers[number - 1], b.forms[1]
    bits = np.random.default_rng(2).random((3, *form.shape)) < 0.7
    total = 0
    for image in bits:
        for oy in range(layer.size[0]):
            for ox in range(layer.size[1]):
                total += _window(layer, image, oy, ox)
    assert rows_visited(layer, form, bits) == pytest.approx(total * layer.weight_bits / 3)


def _window(layer: Convolution, image: np.ndarray, oy: int, ox: int) -> int:
    seen = []
    for ky in range(layer.kernel[0]):
        for kx in range(layer.kernel[1]):
            place = [
                (o + p - k) / s if layer.transposed else o * s + k - p
                for o, k, s, p in zip((oy, ox), (ky, kx), layer.stride, layer.pad, strict=True)
            ]
            if all(v == int(v) and 0 <= v < n for v, n in zip(place, image.shape, strict=False)):
                seen += image[int(place[0]), int(place[1])].tolist()
    ones, zeros = seen.count(True), seen.count(False)
    return min(len(seen), min(ones, zeros) + layer.rows - len(seen))


def test_the_check_notices_what_differs():
    network = _convolutions()
    x = _inputs(network, 10)
    channels = {1: np.arange(10) < 4}
    turned = turn_network(network, channels)
    assert check_turned(network, turned, channels, x) > 0
    with pytest.raises(ValueError, match="layer 1 differs"):
        check_turned(network, turned, {1: np.arange(10) < 5}, x)
    last = turned.layers[-1]
    offset = last.offset + (1 << last.shift)
    broken = replace(turned, layers=(*turned.layers[:-1], replace(last, offset=offset)))
    with pytest.raises(ValueError, match=f"layer {len(turned.layers)} differs"):
        check_turned(network, broken, channels, x)


def test_inputs_come_from_all_over():
    x = np.arange(1000)[:, None]
    assert spaced(x, 5).ravel().tolist() == [0, 249, 499, 749, 999]
    assert len(spaced(x[:3], 5)) == 3


def test_an_exported_network_is_turned_and_predicts_the_same(tmp_path):
    network = make_network()
    x = make_inputs(network, 60)
    known = list(x[:3].byte().numpy())
    plain, turned = (
        write_image(tmp_path / "m", network, list("abc"), known_inputs=known, turning_inputs=inputs)
        for inputs in (None, x)
    )
    assert plain != turned and len(plain) == len(turned)
    images = [read_image(data) for data in (plain, turned)]
    ones = [image.network.trace(x.numpy(), 0).tensors[1].mean() for image in images]
    assert ones[1] < ones[0]
    for a, b in zip(images[0].answers, images[1].answers, strict=True):
        assert (a.label, a.probability_q31) == (b.label, b.probability_q31)
        assert (a.entropy_q16, a.mutual_information_q16) == (
            b.entropy_q16,
            b.mutual_information_q16,
        )


@pytest.fixture
def image(tmp_path):
    network = _convolutions()
    answers = [(x.astype(np.uint8), predict_default(network, x)) for x in _inputs(network, 2)]
    policy = Policy("entropy", 0.25, 0.125, 9)
    data = encode_image(network, list("abc"), "n", policy, answers)
    path = tmp_path / "m.baynn"
    path.write_bytes(data)
    write_idx(tmp_path / "x.idx", _inputs(network, 40).astype(np.uint8).reshape(40, 6, 5))
    return path


def _run(path, *options) -> int:
    return turn.main([str(path), *map(str, options)])


def test_the_command_turns_an_image(image, capsys):
    old = image.read_bytes()
    card = image.with_name("README.md")
    card.write_text(f"CRC-32 {image_checksum(old):08x}, 2 known answers")
    assert _run(image, "--inputs", image.with_name("x.idx")) == 0
    new = image.read_bytes()
    before, after = read_image(old), read_image(new)
    assert new != old and len(new) == len(old)
    assert card.read_text() == f"CRC-32 {image_checksum(new):08x}, 2 known answers"
    assert (after.labels, after.name, after.policy) == (before.labels, before.name, before.policy)
    assert [a.probability_q31 for a in after.answers] == [a.probability_q31 for a in before.answers]
    text = capsys.readouterr().out
    assert "layer 2, convolution, 30 windows of 90 rows: " in text
    assert "turned: 8 of 10 channels of layer 1" in text
    assert _run(image, "--inputs", image.with_name("x.idx")) == 0
    assert "nothing to gain" in capsys.readouterr().out and image.read_bytes() == new


def test_the_command_writes_nothing_if_asked_to(image, capsys):
    old = image.read_bytes()
    assert _run(image, "--inputs", image.with_name("x.idx"), "--dry-run") == 0
    assert image.read_bytes() == old and "->" in capsys.readouterr().out


def test_the_command_says_what_it_lacks(image, capsys):
    old = image.read_bytes()
    write_idx(image.with_name("few.idx"), np.zeros((3, 4), np.uint8))
    write_idx(image.with_name("large.idx"), np.full((3, 30), 8, np.uint8))
    for options, message in (
        ((), "no task 'm'"),
        (("--inputs", image.with_name("few.idx")), "not of 30 elements"),
        (("--inputs", image.with_name("large.idx")), "no integer 0 to 7"),
        (("--inputs", image.with_name("none.idx")), "none.idx"),
    ):
        assert _run(image, *options) == 1
        assert message in capsys.readouterr().err
    image.rename(image.with_name("mnist.baynn"))
    assert _run(image.with_name("mnist.baynn")) == 1
    assert "--data" in capsys.readouterr().err
    assert image.with_name("mnist.baynn").read_bytes() == old


def test_the_command_refuses_a_known_answer_that_is_none(image, capsys):
    good = read_image(image.read_bytes())
    x = good.answers[0].x
    wrong = replace(predict_default(good.network, x), entropy_q16=7)
    image.write_bytes(encode_image(good.network, list("abc"), answers=[(x, wrong)]))
    assert _run(image, "--inputs", image.with_name("x.idx")) == 1
    assert "known answer" in capsys.readouterr().err
