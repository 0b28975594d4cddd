# SPDX-License-Identifier: Apache-2.0
"""Training goes on where it was cut off."""

from dataclasses import replace

import pytest
import torch
from conftest import make_inputs

from baynn_training import BinaryNetwork, Budget, fold, train
from baynn_training.image_writer import encode_image

BUDGET = Budget(epochs=6, batch=16, checkpoint_epochs=2)


class Cut(Exception):
    pass


@pytest.fixture
def problem():
    network = BinaryNetwork(6, 3, [8], 2)
    x = make_inputs(network, 100)
    return x, (x[:, 0] > x[:, 1]).long()


def make() -> BinaryNetwork:
    return BinaryNetwork(6, 3, [8, 5], 2, 0.2)


def jitter(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    return (x + torch.randint(-1, 2, x.shape, generator=generator)).clamp(0, 3)


def image(network: BinaryNetwork) -> bytes:
    return encode_image(fold(network), ["a", "b"])


def test_a_seed_fixes_the_result(problem):
    one = image(train(make, *problem, 0, BUDGET, jitter))
    torch.manual_seed(99)  # whatever else the program does
    assert one == image(train(make, *problem, 0, BUDGET, jitter))
    assert one != image(train(make, *problem, 1, BUDGET, jitter))


@pytest.mark.parametrize("calls", [1, 3, 5])
def test_an_interrupted_run_gives_the_same_result(problem, tmp_path, calls):
    whole = image(train(make, *problem, 0, BUDGET, jitter))
    left = calls

    def cutting(x, generator):
        nonlocal left
        left -= 1
        if left < 0:
            raise Cut
        return jitter(x, generator)

    # The recipe is told apart by its text, so both must look alike.
    class Augment:
        def __init__(self, function):
            self.function = function

        def __call__(self, x, generator):
            return self.function(x, generator)

        def __repr__(self):
            return "jitter"

    path = tmp_path / "runs" / "0.pt"
    with pytest.raises(Cut):
        train(make, *problem, 0, BUDGET, Augment(cutting), path)
    assert path.exists() == (calls >= 2)
    assert image(train(make, *problem, 0, BUDGET, Augment(jitter), path)) == whole
    # A finished run is only finished again.
    assert image(train(make, *problem, 0, BUDGET, Augment(None), path)) == whole


def test_checkpoints_of_something_else_are_refused(problem, tmp_path):
    path = tmp_path / "0.pt"
    x, y = problem
    train(make, x, y, 0, BUDGET, None, path)
    for other in (
        lambda: train(make, x, y, 1, BUDGET, None, path),
        lambda: train(make, x, y, 0, replace(BUDGET, epochs=7), None, path),
        lambda: train(make, x, 1 - y, 0, BUDGET, None, path),
        lambda: train(lambda: BinaryNetwork(6, 3, [8], 2), x, y, 0, BUDGET, None, path),
    ):
        with pytest.raises(ValueError, match="another recipe"):
            other()
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match="damaged"):
        train(make, x, y, 0, BUDGET, None, path)


def test_too_little_data_is_refused(problem):
    x, y = problem
    with pytest.raises(ValueError, match="10 training inputs"):
        train(make, x[:10], y[:10], 0, BUDGET)


def test_a_diverging_run_is_stopped(problem):
    x, y = problem
    with pytest.raises(ValueError, match="not finite"):
        train(make, x, y, 0, replace(BUDGET, learning_rate=1e38))
