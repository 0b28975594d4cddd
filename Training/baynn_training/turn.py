# SPDX-License-Identifier: Apache-2.0
"""Turns hidden channels of finished images: python -m baynn_training.turn IMAGE ..."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from tqdm import tqdm

from . import data
from .conformance import image_checksum
from .data.idx import read_idx
from .digits import data as digits
from .export import write_atomically
from .image_reader import Image, KnownAnswer, read_image
from .image_writer import encode_image
from .integer_network import IntegerNetwork
from .policy import MEASURES, Policy
from .reference import Prediction, predict_default
from .row_visits import describe
from .turn_choice import INPUTS, Choice, check_turned, choose_turn, spaced

CHECKS = 64
"""Inputs that a turned network is compared on: half of them typical ones, half random ones."""


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m baynn_training.turn",
        description="Turns hidden channels that are mostly 1 for typical inputs, so that the "
        "runtime visits fewer rows of weights. No prediction changes. Prints the rows of each "
        "layer before and after, and writes the image anew if there is something to gain.",
    )
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE")
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--data", type=Path, metavar="FOLDER",
        help="folder of the data sets, for images named after their task; not for digits",
    )  # fmt: skip
    source.add_argument(
        "--inputs", type=Path, metavar="FILE", help="typical inputs as an IDX file of bytes"
    )
    parser.add_argument("--dry-run", action="store_true", help="print, but write nothing")
    return parser.parse_args(arguments)


def _training_inputs(options: argparse.Namespace, task: str) -> np.ndarray:
    """u8, of the training part of the task that the image is named after."""
    if options.inputs is not None:
        return read_idx(options.inputs)
    if task == "digits":
        return digits.load().train.x.byte().numpy()
    if task not in data.TASKS:
        raise ValueError(f"there is no task '{task}': name a file of typical inputs by --inputs")
    if options.data is None:
        raise ValueError(f"the training inputs of {task} are in the data sets: see --data")
    return data.load(task, options.data).train.x.numpy()


def _check_inputs(network: IntegerNetwork, x: np.ndarray) -> np.ndarray:
    """[count, elements]."""
    elements = int(np.prod(network.shape))
    if not len(x) or x[0].size != elements:
        raise ValueError(f"the inputs are not of {elements} elements")
    flat = spaced(x, INPUTS).reshape(-1, elements)
    if flat.min() < 0 or flat.max() > network.maximum or not np.array_equal(flat, flat.round()):
        raise ValueError(f"an input element is no integer 0 to {network.maximum}")
    return flat.astype(np.int64)


def _random_inputs(network: IntegerNetwork) -> np.ndarray:
    size = (CHECKS // 2, int(np.prod(network.shape)))
    return np.random.default_rng(0).integers(0, network.maximum + 1, size)


def _policy(image: Image) -> Policy | None:
    if image.policy is None:
        return None
    measure, threshold, rate, samples = image.policy
    names = {code: name for name, code in MEASURES.items()}
    return Policy(names[measure], threshold / 65536, rate / 65536, samples)


def _says(prediction: Prediction, answer: KnownAnswer) -> bool:
    outcome = prediction.label, prediction.entropy_q16, prediction.mutual_information_q16
    if outcome != (answer.label, answer.entropy_q16, answer.mutual_information_q16):
        return False
    if answer.probability_q31:
        return prediction.probability_q31 == answer.probability_q31
    return prediction.output_checksum() == answer.checksum


def _answers(
    network: IntegerNetwork, known: Iterable[KnownAnswer]
) -> list[tuple[np.ndarray, Prediction]]:
    """The known answers of an image, which a turn leaves as they are."""
    pairs = []
    for answer in tqdm(known, "known answers", unit="input", leave=False, disable=None):
        prediction = predict_default(network, answer.x.astype(np.int64))
        if not _says(prediction, answer):
            raise ValueError("the turned network does not give a known answer of the image")
        pairs.append((answer.x, prediction))
    return pairs


def _report(network: IntegerNetwork, choice: Choice) -> None:
    for number, before in choice.before.items():
        rows = f"{before:,.1f} -> {choice.after[number]:,.1f}"
        print(f"  {describe(network, number)}: {rows} rows an input")
    before, after = (sum(rows.values()) for rows in (choice.before, choice.after))
    if len(choice.before) > 1:
        print(f"  all: {before:,.1f} -> {after:,.1f} rows an input")
    for number, channels in choice.turn.items():
        print(f"  turned: {channels.sum()} of {len(channels)} channels of layer {number}")


def turn_image(data_bytes: bytes, x: np.ndarray) -> bytes:
    """Returns the image with channels turned, or as it is if that gains nothing.

    x: typical inputs, [count, elements] or [count, H, W, C], 0 to maximum.
    Raises ValueError if a prediction would change."""
    image = read_image(data_bytes)
    x = _check_inputs(image.network, x)
    choice = choose_turn(image.network, x)
    _report(image.network, choice)
    if not choice.turn:
        return data_bytes
    inputs = np.concatenate([spaced(x, CHECKS // 2), _random_inputs(image.network)])
    check_turned(image.network, choice.network, choice.turn, inputs)
    answers = _answers(choice.network, image.answers)
    return encode_image(choice.network, image.labels, image.name, _policy(image), answers)


def _update_card(path: Path, old: bytes, new: bytes) -> None:
    """Writes the new checksum into a model card that states the old one."""
    if path.exists():
        before, after = (f"{image_checksum(image):08x}" for image in (old, new))
        write_atomically(path, path.read_text().replace(before, after).encode())


def _run(options: argparse.Namespace) -> None:
    for path in options.images:
        old = path.read_bytes()
        print(f"{path}:", flush=True)
        new = turn_image(old, _training_inputs(options, path.stem))
        if new == old:
            print("  nothing to gain")
        elif not options.dry_run:
            write_atomically(path, new)
            _update_card(path.with_name("README.md"), old, new)
            print(f"  wrote {len(new):,} bytes, CRC-32 {image_checksum(new):08x}")


def main(arguments: list[str] | None = None) -> int:
    try:
        _run(_parse(arguments))
    except (OSError, ValueError) as error:
        print(f"turn: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
