# SPDX-License-Identifier: Apache-2.0
"""Imports a binary network from ONNX: python -m baynn_training.import_onnx MODEL.onnx -o OUT"""

import argparse
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

from .export import write_atomically
from .image_writer import encode_image
from .reference import predict_default

try:
    from .importing import Agreement, Imported, ImportProblems, InputOptions, compare, import_model
    from .importing.agreement import random_inputs
except ModuleNotFoundError as missing:
    if missing.name not in ("onnx", "qonnx", "onnxruntime"):
        raise
    sys.exit(f"no package '{missing.name}': python -m pip install -r requirements.txt")

LAYOUTS = {"NCHW": "channels_first", "NHWC": "channels_last"}
ANSWERS = 2


def _numbers(kind: Callable[[str], object]) -> Callable[[str], tuple]:
    """Numbers separated by commas."""

    def parse(text: str) -> tuple:
        try:
            return tuple(kind(part.strip()) for part in text.split(","))
        except (ValueError, ZeroDivisionError):
            raise argparse.ArgumentTypeError(f"{text!r} is not numbers, with commas") from None

    return parse


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m baynn_training.import_onnx",
        description="Makes a model image of an ONNX or QONNX file with bipolar weights, as "
        "Brevitas exports it. Everything between a binary sum and the next sign becomes an exact "
        "integer threshold. The image is compared with the file before it is written.",
    )
    parser.add_argument("model", type=Path, help="ONNX or QONNX file")
    parser.add_argument("-o", "--output", type=Path, required=True, help="image to write")
    labels = parser.add_mutually_exclusive_group(required=True)
    labels.add_argument("--labels", help="names of the classes or outputs, separated by commas")
    labels.add_argument("--labels-file", type=Path, help="the same, one on each line")
    parser.add_argument("--name", help="of the model, to be stored in the image")
    given = parser.add_argument_group(
        "input", "what a byte x is to the ONNX model: (x / DIVIDE - MEAN) / DEVIATION"
    )
    given.add_argument("--input-maximum", type=int, default=255, help="of a byte (%(default)s)")
    given.add_argument("--input-layout", choices=list(LAYOUTS), default="NCHW")
    given.add_argument("--divide", type=_numbers(Fraction), default=(Fraction(1),))
    given.add_argument("--mean", type=_numbers(Fraction), default=(Fraction(0),))
    given.add_argument("--deviation", type=_numbers(Fraction), default=(Fraction(1),))
    given.add_argument(
        "--round-input",
        action="store_true",
        help="round normalized inputs to 8 bits where bytes cannot express them",
    )
    parser.add_argument(
        "--noise",
        type=_numbers(float),
        help="standard deviations of outputs: makes the model a regression",
    )
    parser.add_argument(
        "--dense",
        action="store_true",
        help="write linear layers as dense ones, for builds of the runtime that have no others",
    )
    parser.add_argument("--check", type=int, default=200, help="inputs to compare (%(default)s)")
    parser.add_argument(
        "--check-inputs",
        type=Path,
        help=".npy of bytes [count, height, width, channels]; random ones without it",
    )
    parser.add_argument(
        "--allow-differences", action="store_true", help="write the image even if it differs"
    )
    options = parser.parse_args(arguments)
    if len(options.divide) != 1:
        parser.error("--divide takes one number")
    if not 1 <= options.input_maximum <= 255:
        parser.error("--input-maximum must be 1 to 255")
    if options.check < 1:
        parser.error("--check must be at least 1")
    return options


def _labels(options: argparse.Namespace) -> list[str]:
    if options.labels_file is not None:
        return options.labels_file.read_text().splitlines()
    return options.labels.split(",")


def _inputs(options: argparse.Namespace, imported: Imported) -> np.ndarray:
    if options.check_inputs is None:
        return random_inputs(imported, options.check)
    inputs = np.load(options.check_inputs, allow_pickle=False)
    elements = int(np.prod(imported.network.shape))
    if not len(inputs) or inputs[0].size != elements:
        raise ValueError(f"'{options.check_inputs}' does not hold inputs of {elements} elements")
    if inputs.min() < 0 or inputs.max() > imported.network.maximum:
        raise ValueError(f"an input is not 0 to {imported.network.maximum}")
    return inputs[: options.check].astype(np.int64)


def _describe(imported: Imported) -> None:
    """Prints the layers, with height, width and channels of what they make."""
    network = imported.network
    names = ["", *(type(layer).__name__ for layer in network.layers)]
    for number, (name, form) in enumerate(zip(names, network.forms, strict=True)):
        shape = "x".join(str(size) for size in form.shape)
        print(f"{number:3} {name:12} {shape:>14} {form.kind}")
    for note in imported.notes:
        print(f"note: {note}")


def _explain(agreement: Agreement) -> str:
    first = next((name for name, count in agreement.by_tensor.items() if count), None)
    where = f"; the first hidden tensor that differs is '{first}'" if first else ""
    return (
        f"the image would not decide as the model does{where}. The reference rounds to float32, so "
        "that a sum next to a threshold can fall on the other side; inputs rounded to 8 bits "
        "differ too. --allow-differences writes the image all the same"
    )


def _run(options: argparse.Namespace) -> None:
    taken = InputOptions(
        maximum=options.input_maximum,
        divisor=options.divide[0],
        mean=options.mean,
        deviation=options.deviation,
        layout=LAYOUTS[options.input_layout],
        may_round=options.round_input,
    )
    imported = import_model(options.model, taken, options.noise, options.dense)
    _describe(imported)
    inputs = _inputs(options, imported)
    agreement = compare(imported, inputs)
    print(agreement)
    if not agreement.is_full and not options.allow_differences:
        raise ValueError(_explain(agreement))
    flat = inputs[:ANSWERS].reshape(min(ANSWERS, len(inputs)), -1)
    answers = [(x, predict_default(imported.network, x)) for x in flat]
    image = encode_image(imported.network, _labels(options), options.name, None, answers)
    write_atomically(options.output, image)
    print(f"{options.output}: {len(image)} bytes")


def main(arguments: list[str] | None = None) -> None:
    options = _parse(arguments)
    try:
        _run(options)
    except (OSError, ValueError, ImportProblems) as error:
        sys.exit(f"import_onnx: {error}")


if __name__ == "__main__":
    main()
