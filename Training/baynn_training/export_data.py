# SPDX-License-Identifier: Apache-2.0
"""Writes held-out data for the host tool: python -m baynn_training.export_data TASK

Files of IDX: test-inputs.idx, u8 [count, height, width] or [count, height, width, channels];
test-labels.idx, u8 [count] or, of maps, u8 [count, height, width] with 255 for positions that
do not count; of a regression test-targets.idx, float32 [count, outputs]; and
ood-NAME-inputs.idx for each kind of strange inputs.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch

from . import data
from .data.idx import write_idx


def _inputs(x: torch.Tensor) -> np.ndarray:
    """u8 [count, height, width] of one channel, else with channels."""
    return x.numpy()[..., 0] if x.shape[3] == 1 else x.numpy()


def export(parts: data.Data, out: Path) -> list[Path]:
    """Returns the paths of the files written."""
    test = parts.test
    files = {"test-inputs.idx": _inputs(test.x)}
    if test.y.is_floating_point():
        files["test-targets.idx"] = test.y.float().numpy()
    else:
        files["test-labels.idx"] = test.y.byte().numpy()
    for name, x in parts.outside.items():
        files[f"ood-{name.replace(' ', '-')}-inputs.idx"] = _inputs(x)
    for name, array in files.items():
        write_idx(out / name, array)
    return [out / name for name in files]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m baynn_training.export_data",
        description="Writes held-out inputs and labels of a task, and strange ones, as IDX files.",
    )
    parser.add_argument("task", choices=data.TASKS)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    options = parser.parse_args(arguments)
    try:
        for path in export(data.load(options.task, options.data), options.out):
            print(f"wrote {path}")
    except (OSError, ValueError) as error:
        print(f"export_data: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
