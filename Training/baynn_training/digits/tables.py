# SPDX-License-Identifier: Apache-2.0
"""The tables of the model card, from figures."""

from collections.abc import Callable, Sequence
from statistics import mean, stdev

from ..predictive import MEASURES
from .evaluation import Figures
from .shifts import SHIFTS, TITLES

Results = dict[str, list[Figures]]
"""Figures of all seeds by kind of network, "bayesian" and "deterministic"."""

NONE = "–"


def _spread(values: Sequence[float], digits: int, scale: float = 1) -> str:
    """Mean and sample standard deviation."""
    values = [scale * value for value in values]
    text = f"{mean(values):.{digits}f}"
    return f"{text} ± {stdev(values):.{digits}f}" if len(values) > 1 else text


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def quality(results: Results) -> str:
    columns: list[tuple[str, Callable[[Figures], float], int, float]] = [
        ("accuracy %", lambda f: f.accuracy, 2, 100),
        ("NLL nats", lambda f: f.nll, 4, 1),
        ("ECE", lambda f: f.ece, 4, 1),
    ]
    rows = [
        [kind, *(_spread([get(f) for f in figures], n, k) for _, get, n, k in columns)]
        for kind, figures in results.items()
    ]
    return _table(["network", *(title for title, *_ in columns)], rows)


def _has_measure(kind: str, measure: str) -> bool:
    """The mutual information of a single network is zero."""
    return kind == "bayesian" or measure == "entropy"


def _by_measure(results: Results) -> list[tuple[str, str, list[Figures]]]:
    return [
        (kind, measure, figures)
        for kind, figures in results.items()
        for measure in MEASURES
        if _has_measure(kind, measure)
    ]


def _title(measure: str) -> str:
    return measure.replace("_", " ")


def separation(results: Results) -> str:
    rows = [
        [kind, _title(m), *(_spread([f.auroc[s][m] for f in figures], 3) for s in SHIFTS)]
        for kind, m, figures in _by_measure(results)
    ]
    return _table(["network", "measure", *(TITLES[s] for s in SHIFTS)], rows)


def detection(results: Results) -> str:
    rows = []
    for kind, m, figures in _by_measure(results):
        row = [kind, _title(m), _spread([f.flagged[m] for f in figures], 1, 100)]
        row += [_spread([f.detected[s][m] for f in figures], 1, 100) for s in SHIFTS]
        row.append(_spread([f.answered_accuracy[m] for f in figures], 2, 100))
        rows.append(row)
    head = ["network", "measure", "**digits (false flags)**", *(TITLES[s] for s in SHIFTS)]
    return _table([*head, "accuracy on answered digits"], rows)


def seeds(results: Results, numbers: Sequence[int]) -> str:
    kinds = list(results)
    head = ["seed"]
    for what in ("accuracy %", "NLL nats"):
        head += [f"{what}, {kind}" for kind in kinds]
    rows = []
    for i, number in enumerate(numbers):
        row = [str(number), *(f"{100 * results[kind][i].accuracy:.2f}" for kind in kinds)]
        rows.append(row + [f"{results[kind][i].nll:.4f}" for kind in kinds])
    return _table(head, rows)


def published(figures: Figures, measure: str) -> str:
    rows = [
        ["accuracy", f"{100 * figures.accuracy:.2f} %"],
        ["NLL", f"{figures.nll:.4f} nats"],
        ["ECE", f"{figures.ece:.4f}"],
        ["held-out digits that the policy flags", f"{100 * figures.flagged[measure]:.1f} %"],
        ["accuracy on the others", f"{100 * figures.answered_accuracy[measure]:.2f} %"],
    ]
    for s in SHIFTS:
        auroc = figures.auroc[s][measure]
        share = 100 * figures.detected[s][measure]
        rows.append([f"{TITLES[s]}: flagged", f"{share:.1f} % (AUROC {auroc:.3f})"])
    for i, share in enumerate(figures.differing_bits):
        rows.append([f"outputs that the drop state of layer {i} changes", f"{100 * share:.1f} %"])
    return _table(["figure", "value"], rows)


def differing_bits(results: Results) -> str:
    layers = zip(*(f.differing_bits for f in results["bayesian"]), strict=True)
    return ", ".join(f"{_spread(shares, 1, 100)} % of layer {i}" for i, shares in enumerate(layers))


def change(results: Results, get: Callable[[Figures], float], digits: int, scale: float) -> str:
    """Bayesian minus deterministic, seed by seed: mean, sd, and what that is worth."""
    pairs = zip(results["bayesian"], results["deterministic"], strict=True)
    changes = [get(a) - get(b) for a, b in pairs]
    text = _spread(changes, digits, scale)
    if len(changes) < 2:
        return text
    error = stdev(changes) / len(changes) ** 0.5
    verdict = "within" if abs(mean(changes)) < 2 * error else "beyond"
    return f"{text} (standard error {scale * error:.{digits}f}: {verdict} the noise of the seeds)"
