# SPDX-License-Identifier: Apache-2.0
"""Imports ONNX and QONNX models with bipolar weights."""

from .agreement import Agreement, compare
from .imported import Imported, InputOptions
from .importer import import_model
from .problems import ImportProblems

__all__ = ["Agreement", "ImportProblems", "Imported", "InputOptions", "compare", "import_model"]
