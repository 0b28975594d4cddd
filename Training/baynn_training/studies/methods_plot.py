# SPDX-License-Identifier: Apache-2.0
"""The picture of the comparison of methods."""

from statistics import mean, stdev

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (after the choice of the backend)

from .picture import to_png  # noqa: E402
from .tasks import Task  # noqa: E402
from .variants import VARIANTS  # noqa: E402

_FIGURES = {"accuracy": ("accuracy, %", 100), "nll": ("NLL, nats", 1)}


def _draw(axes: pyplot.Axes, runs: dict[str, list[dict]], figure: str) -> None:
    label, scale = _FIGURES[figure]
    names = list(VARIANTS)
    for variant, figures in runs.items():
        values = [scale * f[figure] for f in figures]
        cost = figures[0]["cost"]
        axes.errorbar(
            cost["bits"] + cost["gaussians"],
            mean(values),
            stdev(values) if len(values) > 1 else None,
            fmt="o",
            capsize=3,
            color=f"C{names.index(variant)}",
            label=VARIANTS[variant].title,
        )
    axes.set_xscale("symlog", linthresh=1)
    axes.set_ylabel(label)
    axes.grid(alpha=0.3)


def draw(tasks: dict[str, Task], results: dict[str, dict[str, list[dict]]]) -> bytes:
    """Returns a PNG: a column for each task, points with standard deviations over seeds."""
    count = len(tasks)
    figure, axes = pyplot.subplots(
        2, count, figsize=(4 * count, 6.4), layout="constrained", squeeze=False, sharex="col"
    )
    for column, (name, task) in enumerate(tasks.items()):
        for row, kind in enumerate(_FIGURES):
            _draw(axes[row, column], results[name], kind)
        axes[0, column].set_title(task.title.replace(": ", ":\n"), fontsize=9)
        axes[1, column].set_xlabel("random bits (or Gaussians) of a pass")
    handles = {}
    for axis in axes.flat:
        handles |= dict(zip(*reversed(axis.get_legend_handles_labels()), strict=True))
    columns = min(4, 2 * count)
    figure.legend(handles.values(), handles, loc="outside lower center", ncols=columns, fontsize=8)
    return to_png(figure)
