# SPDX-License-Identifier: Apache-2.0
"""What keeps a model from being imported."""

from collections.abc import Sequence


class Unsupported(Exception):
    """One node cannot be imported; the message says why, and what to do."""


class ImportProblems(ValueError):
    """All that keeps a model from being imported, as one message.

    problems: one sentence each, with the name of the node.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(["the model cannot be imported:", *self.problems]))


def require(condition: bool, message: str) -> None:
    """Raises Unsupported unless the condition holds."""
    if not condition:
        raise Unsupported(message)
