# SPDX-License-Identifier: Apache-2.0
"""Tables of the model card."""

from collections.abc import Iterable

from .evaluation import MEASURES
from .figures import Figures
from .recipe import METHODS, Recipe


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *map(list, rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def number(value: float) -> str:
    """Three or four figures that mean something."""
    if value != value:
        return "none"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def quality(variants: dict[str, Figures]) -> str:
    names = list(next(iter(variants.values())).quality)
    rows = (
        [METHODS[m], *(f"{f.quality[n]:.{2 if n.endswith('%') else 4}f}" for n in names)]
        for m, f in variants.items()
    )
    return table(["network", *names], rows)


def errors_by_output(recipe: Recipe, variants: dict[str, Figures]) -> str:
    """RMSE of networks and of baselines, by output and over all."""
    curves = {METHODS[m]: f.curves["RMSE by output"] for m, f in variants.items()}
    published = next(iter(variants.values()))
    for name, points in published.curves.items():
        if name.startswith("RMSE of "):
            curves["no network: " + name.removeprefix("RMSE of ")] = points
    shown = sorted({0, 2, 5, len(recipe.labels) - 1})
    rows = (
        [
            name,
            *(f"{points[k][1]:.3f}" for k in shown),
            f"{(sum(e * e for _, e in points) / len(points)) ** 0.5:.3f}",
        ]
        for name, points in curves.items()
    )
    head = ["RMSE, " + recipe.unit, *(recipe.labels[k] for k in shown), "all"]
    return table(head, rows)


def separation(recipe: Recipe, variants: dict[str, Figures]) -> str:
    """AUROC; the second measure of one deterministic network says nothing and is left out."""
    names = list(next(iter(variants.values())).auroc)
    rows = (
        [METHODS[method], measure, *(number(figures.auroc[name][measure]) for name in names)]
        for method, figures in variants.items()
        for measure in _telling(recipe, method)
    )
    return table(["network", "measure", *names], rows)


def abstaining(recipe: Recipe, variants: dict[str, Figures]) -> str:
    names = list(next(iter(variants.values())).auroc)
    first = next(iter(next(iter(variants.values())).quality))
    rows = (
        [
            METHODS[method],
            measure,
            f"{100 * figures.thresholds[measure].rate:.1f}",
            f"{100 * figures.flagged[measure]:.1f}",
            *(f"{100 * figures.detected[name][measure]:.1f}" for name in names),
            f"{figures.answered[measure]:.2f}",
        ]
        for method, figures in variants.items()
        for measure in _telling(recipe, method)
    )
    head = ["network", "measure", "validation", "**held out (false flags)**", *names]
    return table([*head, f"{first} of the answered"], rows)


def cost(variants: dict[str, Figures]) -> str:
    rows = (
        [METHODS[m], f"{f.weight_bits:,}", str(f.sites), f"{f.training_seconds / 60:.1f}"]
        for m, f in variants.items()
    )
    return table(["network", "weight bits", "sites", "training, core minutes"], rows)


def _telling(recipe: Recipe, method: str) -> tuple[str, ...]:
    measures = MEASURES[recipe.kind]
    return measures[:1] if method == "none" else measures
