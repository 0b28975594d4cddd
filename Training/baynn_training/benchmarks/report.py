# SPDX-License-Identifier: Apache-2.0
"""The report of the benchmark; every figure in it is computed."""

from ..studies.text import NONE, table, wrapped

OURS = {
    "native": "no faults, for comparison",
    "bits": "1 % of weights wrong on average: a faulty image each draw",
    "columns": "published spread, 16 rows at once: errors of columns",
    "cells": "published spread, 2 % stuck, 16 rows at once: every cell",
}
PEERS = {
    "torch noise": "PyTorch by hand: W + sigma N(0, 1)",
    "torch flips": "PyTorch by hand: 1 % of signs flipped",
    "aihwkit": "aihwkit 1.1.0, programmed anew",
}
GOALS = (("bits", "torch noise", 10), ("columns", "torch noise", 3), ("bits", "aihwkit", 50))
"""Ours, a peer, and how many times as fast was aimed at."""


def best(rates: dict[str, dict], prefix: str, key: str) -> float | None:
    """Of all ways to run a peer the fastest."""
    found = [r[key] for name, r in rates.items() if name.startswith(prefix)]
    return max(found, default=None)


def _thousands(value: float | None) -> str:
    return NONE if value is None else f"{value / 1000:,.1f}"


def _goals(rates: dict[str, dict]) -> str:
    rows = []
    for ours, peer, goal in GOALS:
        theirs = {k: best(rates, peer, k) for k in ("by_clock", "by_processor")}
        if theirs["by_clock"] is None:
            rows.append([f"{ours} against {peer}", f"{goal} x", "not measured", NONE, NONE])
            continue
        ratios = {k: rates[f"{ours}, deterministic"][k] / v for k, v in theirs.items()}
        met = "met" if min(ratios.values()) >= goal else "**not met**"
        shown = [f"{ratios[k]:.1f} x" for k in ("by_processor", "by_clock")]
        rows.append([f"{ours} against {peer}", f"{goal} x", *shown, met])
    return table(["", "goal", "by processor time", "by the clock", ""], rows)


def write(machine: dict, rates: dict[str, dict]) -> str:
    rows = [
        [name, f"{_thousands(r['by_processor'])}", f"{_thousands(r['by_clock'])}",
         f"{r['busy']:.2f}"]
        for name, r in rates.items()
    ]
    what = [[name, text] for name, text in (OURS | PEERS).items()]
    parts = [
        f"""# Speed on imperfect devices

Written by the benchmark itself; a change by hand would be lost:

    make bench-arrays DATA=FOLDER

784-512-256-10, batches of 1000 held-out MNIST digits, a fresh device for each draw, whose making
counts. {machine['processor']}, {machine['threads']} threads, PyTorch {machine['torch']}; medians of
{machine['rounds']} rounds of {machine['seconds']:g} s, all in one run, in turn. *By processor
time*: inferences a second of one core, which other work on the machine changes little. *By the
clock*: of {machine['threads']} threads, or as many as the machine let run; *cores busy* says how
many those were.

**They model analog fp32 weights, we model 1-bit cells.** Ratios say how long a study takes, not
that one model could stand for the other. Peers take whole batches as matrices; ours takes one input
after the other, as a device does.""",
        table(["", "what"], what),
        "## Thousands of inferences a second",
        table(["", "by processor time", "by the clock", "cores busy"], rows),
        "## Goals",
        _goals(rates),
    ]
    return "\n\n".join(wrapped(part) for part in parts) + "\n"
