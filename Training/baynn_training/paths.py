# SPDX-License-Identifier: Apache-2.0
"""Where things lie in the repository."""

from pathlib import Path

TRAINING = Path(__file__).resolve().parents[1]
REPOSITORY = TRAINING.parent
MODELS = REPOSITORY / "Examples" / "Models"
VECTORS = REPOSITORY / "Tests" / "Vectors"
WORK = TRAINING / "build"
"""Checkpoints; never committed."""
