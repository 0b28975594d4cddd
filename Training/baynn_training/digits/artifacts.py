# SPDX-License-Identifier: Apache-2.0
"""The files of the published model: image, held-out data and test vectors."""

from pathlib import Path

import numpy as np
import torch

from ..export import write_atomically, write_image
from ..image_reader import read_image
from ..network import BinaryNetwork
from ..policy import Policy
from ..predictive import predict
from ..vectors import parity_vectors, posterior_vectors
from .data import CLASSES, Digits, Part
from .shifts import SHIFTS, shift

IMAGE = "digits.baynn"
HELD_OUT = "digits-test.u8"
PARITY = "digits-parity.bin"
POSTERIOR = "digits-posterior.bin"
HARDEST = 2


def known_inputs(network: BinaryNetwork, validation: Part) -> list[np.ndarray]:
    """The first validation digit of each class, the most uncertain ones, and one input of
    each shift: u8 [64] each."""
    first = [int((validation.y == label).nonzero()[0]) for label in range(CLASSES)]
    uncertain = predict(network, validation.x).entropy.argsort(descending=True)
    hardest = [i for i in uncertain.tolist() if i not in first][:HARDEST]
    rows = [validation.x[first], validation.x[hardest]]
    rows += [shift(name, validation.x)[first[4], None] for name in SHIFTS]
    return list(torch.cat(rows).byte().numpy())


def records(part: Part) -> bytes:
    """64 pixels and the label of each input, a byte each."""
    return torch.cat([part.x, part.y[:, None]], 1).byte().numpy().tobytes()


def write_model(network: BinaryNetwork, digits: Digits, policy: Policy, out: Path) -> bytes:
    """Writes image and held-out data; returns the image."""
    image = write_image(
        out / IMAGE,
        network,
        labels=[str(label) for label in range(CLASSES)],
        name="digits",
        policy=policy,
        known_inputs=known_inputs(network, digits.validation),
        turning_inputs=digits.train.x,
    )
    write_atomically(out / HELD_OUT, records(digits.test))
    return image


def write_vectors(network: BinaryNetwork, image: bytes, digits: Digits, out: Path) -> None:
    """Writes what the PyTorch network and the integer reference make of the held-out data."""
    x, integers = digits.test.x, read_image(image).network
    write_atomically(out / PARITY, parity_vectors(network, integers, x))
    write_atomically(out / POSTERIOR, posterior_vectors(integers, x.long().numpy()))
