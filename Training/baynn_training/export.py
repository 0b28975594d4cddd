# SPDX-License-Identifier: Apache-2.0
"""Writes the image of a trained network to a file."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .folding import fold
from .graph import Graph
from .image_checks import check_answers, check_network
from .image_writer import encode_image
from .integer_network import IntegerNetwork
from .network import BinaryNetwork
from .parity import check_parity
from .policy import Policy
from .reference import predict_default
from .turn_choice import check_turned, choose_turn, spaced

TURNING_CHECKS = 16
"""Inputs that a turned network is compared on."""


def write_atomically(path: Path | str, data: bytes) -> None:
    """Writes a file in a way that leaves either the old or the new content."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    os.replace(partial, path)


def _is_finished(network: BinaryNetwork | Graph) -> bool:
    if isinstance(network, Graph):
        return network.is_finished
    return not network.training and network.head.scale.dtype == torch.float64


def _turned(integers: IntegerNetwork, inputs: Tensor) -> IntegerNetwork:
    x = inputs.numpy()
    choice = choose_turn(integers, x)
    check_turned(integers, choice.network, choice.turn, spaced(x, TURNING_CHECKS))
    return choice.network


def write_image(
    path: Path | str,
    network: BinaryNetwork | Graph,
    labels: Sequence[str],
    name: str | None = None,
    policy: Policy | None = None,
    known_inputs: Sequence[np.ndarray] = (),
    parity_inputs: Tensor | None = None,
    turning_inputs: Tensor | None = None,
) -> bytes:
    """Folds a finished network, writes its image, and returns the bytes.

    labels: names of the classes, or of the outputs of a regression. known_inputs: u8
    [elements] each; the image carries what the default posterior says about them, for the
    self-test on the device. parity_inputs: of a graph, what check_parity takes; uniform random
    inputs if None. turning_inputs: typical inputs, such as those of training, [count, elements]
    or [count, height, width, channels]: hidden channels that are mostly 1 for them are turned,
    which spares the runtime work and changes no prediction; None turns nothing.
    Raises ValueError if the network is not finished, if the format cannot hold it, or if
    its integers would not decide as it does.
    """
    if not _is_finished(network):
        raise ValueError("the network is not finished: call finish(network, x, generator)")
    integers = fold(network)
    check_network(integers)
    check_answers(integers, known_inputs)
    check_parity(network, parity_inputs)
    if turning_inputs is not None:
        integers = _turned(integers, turning_inputs)
    answers = [(x, predict_default(integers, x)) for x in known_inputs]
    image = encode_image(integers, labels, name, policy, answers)
    write_atomically(path, image)
    return image
