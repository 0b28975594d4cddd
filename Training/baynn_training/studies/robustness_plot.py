# SPDX-License-Identifier: Apache-2.0
"""The picture of the study of robustness."""

from statistics import mean, stdev

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (after the choice of the backend)

from .picture import to_png  # noqa: E402
from .robustness_report import Sweeps, column, values  # noqa: E402
from .sweep import LEVELS  # noqa: E402

_AXES = {
    "flips": "flipped weights, %",
    "multiplicative": "sd of a channel's factor",
    "additive": "sd of a channel's offset, sqrt(n)",
    "drift": "sd of a layer's offset, sqrt(n)",
}
_FIGURES = {"accuracy": ("accuracy, %", 100), "nll": ("NLL, nats", 1)}


def _draw(axes: pyplot.Axes, sweeps: Sweeps, kind: str, figure: str) -> None:
    scale = _FIGURES[figure][1]
    x = [100 * level if kind == "flips" else level for level in LEVELS[kind]]
    for variant in sweeps:
        points = [
            [scale * v for v in values(sweeps, variant, kind, place, figure)]
            for place in range(len(x))
        ]
        means = [mean(p) for p in points]
        deviations = [stdev(p) if len(p) > 1 else 0.0 for p in points]
        line = axes.plot(x, means, ".-", label=column(variant))[0]
        low, high = ([m + k * s for m, s in zip(means, deviations, strict=True)] for k in (-1, 1))
        if figure == "accuracy":
            high = [min(100.0, v) for v in high]
        axes.fill_between(x, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
    axes.grid(alpha=0.3)


def draw(sweeps: Sweeps) -> bytes:
    """Returns a PNG: a column for each fault; bands are one standard deviation over devices."""
    figure, axes = pyplot.subplots(
        2, len(LEVELS), figsize=(3.6 * len(LEVELS), 6.2), layout="constrained"
    )
    for place, kind in enumerate(LEVELS):
        for row, name in enumerate(_FIGURES):
            _draw(axes[row, place], sweeps, kind, name)
            axes[row, place].set_ylabel(_FIGURES[name][0])
        axes[1, place].set_xlabel(_AXES[kind])
        axes[1, place].set_ylim(bottom=0)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=8)
    return to_png(figure)
