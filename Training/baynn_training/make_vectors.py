# SPDX-License-Identifier: Apache-2.0
"""Writes the conformance vectors: `python -m baynn_training.make_vectors`."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from .conformance import layer_vectors, model_vectors
from .export import write_atomically
from .paths import MODELS, VECTORS

LAYERS = "layers.json"
MODELS_FILE = "models.json"


def _published() -> list[str]:
    """Names of the models with an image of their own name."""
    return sorted(path.stem for path in MODELS.glob("*/*.baynn") if path.stem == path.parent.name)


def _update_models(path: Path, names: Sequence[str]) -> None:
    """Replaces the entries of the models named, and leaves the others as they are."""
    old = json.loads(path.read_text()) if path.exists() else []
    entries = {entry["model"]: entry for entry in old}
    for name in names:
        print(f"{name}:", flush=True)
        image = (MODELS / name / f"{name}.baynn").read_bytes()
        entries[name] = {"model": name, **model_vectors(image)}
    lines = (json.dumps(entries[name]) for name in sorted(entries))
    write_atomically(path, ("[\n" + ",\n".join(lines) + "\n]\n").encode())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("make_vectors", description=__doc__)
    parser.add_argument("--out", type=Path, default=VECTORS, help="folder of the files")
    parser.add_argument(
        "--layers", action="store_true", help=f"only {LAYERS}: small networks of every layer"
    )
    parser.add_argument(
        "--models", nargs="*", metavar="NAME",
        help=f"only {MODELS_FILE}: the models named, or all that are published",
    )  # fmt: skip
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0; 1 if a model cannot be read or a file cannot be written."""
    options = _parser().parse_args(arguments)
    are_both = not options.layers and options.models is None
    try:
        if are_both or options.layers:
            write_atomically(options.out / LAYERS, layer_vectors().encode())
        if are_both or options.models is not None:
            _update_models(options.out / MODELS_FILE, options.models or _published())
    except (OSError, ValueError) as error:
        print(f"make_vectors: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
