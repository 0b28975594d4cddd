# SPDX-License-Identifier: Apache-2.0
"""The picture of a model card. It shows scores alone, never an input."""

import io

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (after the choice of the backend)

from .figures import Figures  # noqa: E402
from .recipe import METHODS, Recipe  # noqa: E402


def _draw_reliability(axes: pyplot.Axes, variants: dict[str, Figures]) -> None:
    axes.plot([0, 1], [0, 1], color="0.8", zorder=0)
    for method, figures in variants.items():
        rows = figures.curves["reliability"]
        axes.plot([c for c, _, _ in rows], [a for _, a, _ in rows], alpha=0.6)
        sizes = [8 + 200 * share for _, _, share in rows]
        x, y = [c for c, _, _ in rows], [a for _, a, _ in rows]
        axes.scatter(x, y, sizes, alpha=0.7, label=METHODS[method])
    axes.set(xlabel="confidence", ylabel="accuracy", title="Reliability, 15 bins (area: share)")
    axes.legend(fontsize=7)


def _draw_coverage(axes: pyplot.Axes, variants: dict[str, Figures]) -> None:
    axes.plot([0, 1], [0, 1], color="0.8", zorder=0)
    for method, figures in variants.items():
        axes.plot(*zip(*figures.curves["coverage"], strict=True), ".-", label=METHODS[method])
    axes.set(xlabel="central interval", ylabel="share inside", title="Coverage of intervals")
    axes.legend(fontsize=7)


def _draw_errors(axes: pyplot.Axes, recipe: Recipe, variants: dict[str, Figures]) -> None:
    for method, figures in variants.items():
        axes.plot(*zip(*figures.curves["RMSE by output"], strict=True), ".-", label=METHODS[method])
    published = next(iter(variants.values()))
    for name, points in published.curves.items():
        if name.startswith("RMSE of "):
            axes.plot(*zip(*points, strict=True), "--", label=name.removeprefix("RMSE of "))
    axes.set(xlabel="output", ylabel=f"RMSE, {recipe.unit}", title="Errors")
    axes.legend(fontsize=7)


def _draw_scores(axes: pyplot.Axes, recipe: Recipe, figures: Figures) -> None:
    measure, threshold = next(iter(figures.thresholds.items()))
    axes.plot(*zip(*figures.curves["test"], strict=True), label=recipe.title, linewidth=2)
    for name in figures.auroc:
        axes.plot(*zip(*figures.curves[name], strict=True), label=name)
    axes.axvline(threshold.value, color="0.4", linestyle=":", label="abstains above")
    unit = recipe.unit or "nats"
    title = measure.capitalize()
    axes.set(xlabel=f"{measure}, {unit}", ylabel="share of inputs below", title=title)
    axes.legend(fontsize=7)


def draw(recipe: Recipe, variants: dict[str, Figures]) -> bytes:
    """Returns a PNG. variants: by method, the published one first."""
    is_regression = recipe.kind == "regression"
    count = 3 if is_regression else 2
    figure, axes = pyplot.subplots(1, count, figsize=(4.2 * count, 3.4), layout="constrained")
    if is_regression:
        _draw_coverage(axes[0], variants)
        _draw_errors(axes[1], recipe, variants)
    else:
        _draw_reliability(axes[0], variants)
    _draw_scores(axes[-1], recipe, next(iter(variants.values())))
    buffer = io.BytesIO()
    # Without the version of the library the file depends on the data alone.
    figure.savefig(buffer, format="png", dpi=90, metadata={"Software": None})
    pyplot.close(figure)
    return buffer.getvalue()
