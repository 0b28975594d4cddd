# SPDX-License-Identifier: Apache-2.0
"""What all peers do: wait for a start, draw for some seconds, print what they did as JSON.

Runs with the standard library and NumPy alone, in whatever environment a peer needs.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable

import numpy as np

WIDTHS = (784, 512, 256, 10)


def options(kinds: tuple[str, ...]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kind", choices=kinds, required=True)
    parser.add_argument("--inputs", required=True, help="npy file, u8 [count, 784]")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def load(path: str) -> np.ndarray:
    """float32 [count, 784], 0 to 1."""
    return np.load(path).astype(np.float32) / 255


def run(draw: Callable[[], object], batch: int, seconds: float) -> None:
    """One draw to warm up; then says that it is ready, and waits for a line."""
    draw()
    print("ready", flush=True)
    sys.stdin.readline()
    draws, start, processor = 0, time.monotonic(), time.process_time()
    while (elapsed := time.monotonic() - start) < seconds or draws == 0:
        draw()
        draws += 1
    result = {
        "draws": draws,
        "inferences": draws * batch,
        "seconds": elapsed,
        "processor_seconds": time.process_time() - processor,
    }
    print(json.dumps(result), flush=True)
