# SPDX-License-Identifier: Apache-2.0
"""Pieces of the reports: tables, means with spreads, filled paragraphs."""

import textwrap
from collections.abc import Iterable, Sequence
from statistics import mean, stdev

NONE = "–"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def spread(values: Sequence[float], digits: int, scale: float = 1) -> str:
    """Mean and sample standard deviation; the mean alone of a single value."""
    values = [scale * value for value in values]
    text = f"{mean(values):.{digits}f}"
    return f"{text} ± {stdev(values):.{digits}f}" if len(values) > 1 else text


def wrapped(text: str) -> str:
    """Fills paragraphs; leaves titles, tables, lists, pictures and commands alone."""
    parts = text.strip().split("\n\n")
    return "\n\n".join(
        part if part[0] in "|#-! " else textwrap.fill(part, 92, break_on_hyphens=False)
        for part in parts
    )


def number_of(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
