# SPDX-License-Identifier: Apache-2.0
"""Results of runs as JSON files: what has been measured is not measured again."""

import json
from collections.abc import Callable
from pathlib import Path

from ..export import write_atomically


def remember(path: Path, settings: dict[str, object], measure: Callable[[], dict]) -> dict:
    """The figures of a run with these settings: from the file, or measured and written to it.

    settings: everything that the figures depend on; a file of others is replaced.
    Raises ValueError if the file is damaged.
    """
    settings = json.loads(json.dumps(settings))
    if path.exists():
        try:
            stored = json.loads(path.read_text())
            if stored["settings"] == settings:
                return stored["figures"]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is damaged: delete it") from error
    figures = measure()
    write_json(path, {"settings": settings, "figures": figures})
    return json.loads(json.dumps(figures))


def write_json(path: Path, value: object) -> None:
    write_atomically(path, (json.dumps(value, indent=1, allow_nan=False) + "\n").encode())
