# SPDX-License-Identifier: Apache-2.0
"""The forecast example in C makes the input, and the forecast to add to, as training does."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from baynn_training.data.co2 import HORIZON, WINDOW, encode, reference

SOURCES = Path(__file__).parents[2] / "Examples" / "forecast"
MONTHS = WINDOW + 12


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    library = tmp_path_factory.mktemp("forecast") / "window.so"
    sources = [str(SOURCES / name) for name in ("window.c", "mauna_loa.c")]
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), *sources], check=True)
    return ctypes.CDLL(str(library))


def _histories(example: ctypes.CDLL) -> list[np.ndarray]:
    """Hundredths of a ppm: those of the example, then random ones that clip ever more."""
    real = np.ctypeslib.as_array((ctypes.c_int * MONTHS).in_dll(example, "mauna_loa"))
    rng = np.random.default_rng(1)
    spans = (50, 300, 3000)
    return [real, *(rng.integers(35000, 35000 + s, MONTHS) for s in spans for _ in range(30))]


def test_input_and_reference_are_those_of_training(example: ctypes.CDLL) -> None:
    for history in _histories(example):
        months = (ctypes.c_int * MONTHS)(*map(int, history))
        codes = (ctypes.c_uint8 * (2 * WINDOW))()
        example.window_encode(months, codes)
        assert list(codes) == encode(history / 100).reshape(-1).tolist()
        forecast = [example.window_reference(months, k) / 100 for k in range(HORIZON)]
        np.testing.assert_allclose(forecast, reference(history / 100), rtol=1e-12)
