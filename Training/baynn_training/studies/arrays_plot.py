# SPDX-License-Identifier: Apache-2.0
"""The pictures of the study on emulated arrays."""

from statistics import mean, stdev

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (after the choice of the backend)

from .array_experiments import EXPERIMENTS, FAULTS, RECOVERIES, TRIED  # noqa: E402
from .array_report import METRICS, TITLES, at, column  # noqa: E402
from .picture import to_png  # noqa: E402

_SHOWN = ("accuracy", "negative_log_likelihood", "mean_entropy", "abstention")
_LINES = ("deviation", "stuck", "retention")


def _band(axes: pyplot.Axes, x: list[float], points: list[list[float]], **options) -> None:
    means = [mean(p) for p in points]
    spreads = [stdev(p) if len(p) > 1 else 0.0 for p in points]
    line = axes.plot(x, means, ".-", **options)[0]
    low, high = ([m + k * s for m, s in zip(means, spreads, strict=True)] for k in (-1, 1))
    axes.fill_between(x, low, high, color=line.get_color(), alpha=0.15, linewidth=0)


def _series(found: dict, axis: str, metric: str) -> tuple[list[float], list[list[float]]]:
    """Values on the axis, and figures of all devices there; 0 is the network without arrays,
    or, of faults at the published spread, left out."""
    factor = METRICS[metric][1]
    x = [p["at"][axis] for p in found["points"] if p["metrics"]]
    y = [[factor * v for v in p["metrics"][metric]] for p in found["points"] if p["metrics"]]
    if axis == "scale-deviation":
        x, y = [0.0, *x], [[factor * found["without_arrays"][metric]], *y]
    return x, y


def draw_networks(results: dict) -> bytes:
    """A column for each fault, a row for each figure, a line for each normalization."""
    shown = [e for e in EXPERIMENTS if e.name in _LINES]
    figure, axes = pyplot.subplots(
        len(_SHOWN), len(shown), figsize=(3.9 * len(shown), 2.5 * len(_SHOWN)),
        layout="constrained", sharex="col",
    )
    for place, experiment in enumerate(shown):
        for row, metric in enumerate(_SHOWN):
            cell = axes[row, place]
            for name in experiment.networks:
                x, y = _series(results[experiment.name][name], experiment.axis, metric)
                _band(cell, x, y, label=column(name))
            if experiment.axis in ("retention-hours", "stuck"):
                cell.set_xscale("log")
            cell.set_ylabel(METRICS[metric][0])
            cell.grid(alpha=0.3)
        axes[-1, place].set_xlabel(TITLES[experiment.axis])
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=8)
    return to_png(figure)


def draw_models(results: dict) -> bytes:
    """A cell for each published model: its main figure over the spread."""
    names = list(TRIED)
    figure, axes = pyplot.subplots(
        2, (len(names) + 1) // 2, figsize=(12, 5), layout="constrained", sharex=True
    )
    order = ("mean_intersection_over_union", "accuracy", "root_mean_squared_error")
    for cell, name in zip(axes.flat, names, strict=False):
        found = results["models-deviation"][name]
        metric = next(m for m in order if m in found["points"][0]["metrics"])
        x, y = _series(found, "scale-deviation", metric)
        _band(cell, x, y)
        cell.set_title(f"{name}, {found['inputs']} inputs", fontsize=9)
        cell.set_ylabel(METRICS[metric][0])
        cell.grid(alpha=0.3)
    for cell in axes[-1]:
        cell.set_xlabel(TITLES["scale-deviation"])
    return to_png(figure)


def draw_recovery(results: dict) -> bytes:
    """A cell for each fault, a bar for each recovery: NLL, mean and standard deviation."""
    cases = [(e, value) for e in FAULTS for value in e.values]
    figure, axes = pyplot.subplots(
        1, len(cases), figsize=(2.3 * len(cases), 3.6), layout="constrained"
    )
    for cell, (experiment, value) in zip(axes, cases, strict=True):
        by = results[experiment.name]["none"]
        points = [at(by[r], **{experiment.axis: value}) for r in RECOVERIES]
        y = [p["metrics"]["negative_log_likelihood"] for p in points]
        cell.bar(
            range(len(y)), [mean(v) for v in y], yerr=[stdev(v) for v in y], capsize=2,
            color=[f"C{i}" for i in range(len(y))],
        )
        cell.axhline(
            by["nothing"]["without_arrays"]["negative_log_likelihood"], color="black",
            linestyle=":", linewidth=1,
        )
        cell.set_title(f"{TITLES[experiment.axis]}:\n{value:g}", fontsize=8)
        cell.set_xticks(range(len(y)), list(RECOVERIES), rotation=60, ha="right", fontsize=7)
    axes[0].set_ylabel("NLL, nats (dotted: without arrays)")
    return to_png(figure)


def draw(results: dict) -> dict[str, bytes]:
    """PNGs by file name; bands and bars are one standard deviation over devices."""
    return {
        "arrays.png": draw_networks(results),
        "arrays-models.png": draw_models(results),
        "arrays-recovery.png": draw_recovery(results),
    }
