# SPDX-License-Identifier: Apache-2.0
"""The report of the comparison of methods; every figure in it is computed."""

from collections.abc import Sequence
from statistics import mean, stdev

from ..graph_predictive import PASSES
from ..recipes.figures import FLAGGED_SHARE
from .tasks import Task
from .text import number_of, spread, table, wrapped
from .variants import COPIES, PROBABILITY, VARIANTS

Runs = dict[str, list[dict]]
"""Figures of all seeds, by variant."""

MEASURES = {"entropy": "entropy", "mutual_information": "MI"}
ACCURACY_LOSS_MAX = 0.3
SPATIAL_LOSS_MAX = 1.0
SPATIAL_BITS_SHARE = 1 / 9


def _opening() -> str:
    return f"""# Stochastic methods, compared on equal terms

Written by the study itself; a change by hand would be lost:

    cd Training && python -m baynn_training.studies.methods --data FOLDER

Within a task all networks have the same architecture, budget and seeds; they differ in the
random part of their hidden layers alone, and with inverted normalization in the norm. Drops
have probability {PROBABILITY}, SpinBayes has
{COPIES} copies of each layer's weights. Nothing was tuned here for one method. The learning rate is
that of the digits recipe; on MNIST it was better than half of it for all of twin, inverted norm,
SpinDrop and SpinBayes, by one seed and one epoch on 2000 held-out digits. Scale Dropout,
Affine Dropout and SpinBayes are evaluated exactly, over all leaves; SpinDrop and sub-set
inference by {PASSES} passes, as on the device. Networks are finished: what is measured here is
what the image computes. Figures are means and sample standard deviations over the
seeds of a task; a difference smaller than those says little.

*Random bits*, *Gaussians*: drawn in a pass. *Units*: sources of randomness in an array, where a
decision for a whole layer is made by one unit, layer after layer, and every other decision
by a unit of its own. *Weights*: of all copies, one bit each. The threshold of *flagged* marks
{100 * FLAGGED_SHARE:.0f} % of the validation inputs; *false flags* are what it marks of
held-out inputs of the task. MI is the mutual information.

![Accuracy and likelihood over random bits](methods.png)"""


def _is_random(run: dict) -> bool:
    return run["cost"]["bits"] + run["cost"]["gaussians"] > 0


def _title(task: Task, variant: str) -> str:
    both = variant == "spindrop" and "spatial" not in task.variants
    return "SpinDrop (= Spatial-SpinDrop)" if both else VARIANTS[variant].title


def _quality(task: Task, runs: Runs) -> str:
    rows = []
    for variant, figures in runs.items():
        cost = figures[0]["cost"]
        rows.append(
            [
                _title(task, variant),
                spread([f["accuracy"] for f in figures], 2, 100),
                spread([f["nll"] for f in figures], 4),
                spread([f["ece"] for f in figures], 4),
                f"{cost['bits']:,}",
                f"{cost['gaussians']:,}",
                f"{cost['units']:,}",
                f"{cost['weight_bits'] / 8000:,.1f}",
            ]
        )
    head = ["method", "accuracy %", "NLL nats", "ECE", "random bits", "Gaussians", "units"]
    return table([*head, "weights kB"], rows)


def _separation(task: Task, runs: Runs) -> str:
    """The mutual information of a single network is 0 and left out."""
    outside = list(task.outside)
    rows = []
    for variant, figures in runs.items():
        for measure, name in MEASURES.items():
            if measure != "entropy" and not _is_random(figures[0]):
                continue
            row = [_title(task, variant), name]
            row += [spread([f["auroc"][o][measure] for f in figures], 3) for o in outside]
            row.append(spread([f["false_flags"][measure] for f in figures], 1, 100))
            row += [spread([f["detected"][o][measure] for f in figures], 1, 100) for o in outside]
            rows.append(row)
    head = ["method", "measure", *(f"AUROC, {o}" for o in outside), "**false flags %**"]
    return table([*head, *(f"flagged %, {o}" for o in outside)], rows)


def _differences(runs: Runs, variant: str, other: str, figure: str) -> list[float]:
    """Seed by seed."""
    return [a[figure] - b[figure] for a, b in zip(runs[variant], runs[other], strict=True)]


def _noise(values: Sequence[float], digits: int) -> str:
    if len(values) < 2:
        return "one seed: its noise is not known"
    error = stdev(values) / len(values) ** 0.5
    return f"standard error {error:.{digits}f} over {len(values)} seeds"


def _verdict(is_met: bool, values: Sequence[float]) -> str:
    """values: the differences that decided, by seed."""
    if not is_met:
        return "**not met**"
    error = stdev(values) / len(values) ** 0.5 if len(values) > 1 else float("inf")
    return "met" if abs(mean(values)) >= 2 * error else "met, within the noise of the seeds"


def _scale_target(task: Task, runs: Runs) -> list[str]:
    points = [100 * d for d in _differences(runs, "scale", "none", "accuracy")]
    nats = _differences(runs, "scale", "none", "nll")
    is_met = mean(points) >= -ACCURACY_LOSS_MAX and mean(nats) < 0
    return [
        task.title,
        "Scale Dropout against its twin: accuracy at most "
        f"{ACCURACY_LOSS_MAX} points lower, NLL better",
        f"{mean(points):+.2f} points ({_noise(points, 2)}); "
        f"{mean(nats):+.4f} nats ({_noise(nats, 4)})",
        _verdict(is_met, nats),
    ]


def _spatial_target(task: Task, runs: Runs) -> list[str]:
    points = [100 * d for d in _differences(runs, "spatial", "spindrop", "accuracy")]
    bits = [runs[v][0]["cost"]["convolution_bits"] for v in ("spatial", "spindrop")]
    is_met = mean(points) >= -SPATIAL_LOSS_MAX and bits[0] <= SPATIAL_BITS_SHARE * bits[1]
    return [
        task.title,
        f"Spatial-SpinDrop against SpinDrop: accuracy within {SPATIAL_LOSS_MAX:.0f} point at 1/9 "
        "of the random bits of the convolutions",
        f"{mean(points):+.2f} points ({_noise(points, 2)}); {bits[0]} against {bits[1]} bits",
        "met" if is_met else "**not met**",
    ]


def _targets(tasks: dict[str, Task], results: dict[str, Runs]) -> str:
    rows = [_scale_target(task, results[name]) for name, task in tasks.items()]
    rows += [
        _spatial_target(task, results[name])
        for name, task in tasks.items()
        if "spatial" in task.variants
    ]
    return table(["task", "target", "measured", "verdict"], rows)


def _mean_auroc(runs: Runs, variant: str, measure: str) -> float:
    """Over all kinds of outside inputs and seeds."""
    return mean(auroc[measure] for run in runs[variant] for auroc in run["auroc"].values())


def _best_separation(task: Task, runs: Runs) -> str:
    choices = [(v, m) for v in runs for m in MEASURES if m == "entropy" or _is_random(runs[v][0])]
    variant, measure = max(choices, key=lambda choice: _mean_auroc(runs, *choice))
    twin = f"{_mean_auroc(runs, 'none', 'entropy'):.3f}"
    text = "Highest AUROC, as a mean over the kinds of outside inputs: "
    if variant == "none":
        return f"{text}the entropy of the deterministic twin, {twin}; no random method is better."
    return (
        f"{text}{_title(task, variant)} by {MEASURES[measure]}, "
        f"{_mean_auroc(runs, variant, measure):.3f}; the deterministic twin has {twin}."
    )


def _order(task: Task, runs: Runs) -> str:
    best = {f: sorted(runs, key=lambda v: mean(r[f] for r in runs[v])) for f in ("accuracy", "nll")}
    top, bottom = best["accuracy"][-1], best["accuracy"][0]
    likely = best["nll"][0]

    def accuracy(variant: str) -> str:
        return f"{100 * mean(r['accuracy'] for r in runs[variant]):.2f} %"

    return (
        f"Most accurate: {_title(task, top)}, {accuracy(top)}; least: {_title(task, bottom)}, "
        f"{accuracy(bottom)}. Lowest NLL: {_title(task, likely)}, "
        f"{mean(r['nll'] for r in runs[likely]):.4f} nats. {_best_separation(task, runs)}"
    )


def _section(task: Task, runs: Runs, seeds: Sequence[int]) -> str:
    note = ""
    if "spatial" not in task.variants:
        note = """

In a dense layer each map is one input, so Spatial-SpinDrop is SpinDrop, decision for decision:
one row stands for both."""
    counts = f"{len(task.x['validation']):,} validation and {len(task.x['test']):,} held-out inputs"
    return f"""## {task.title}

{task.describe_budget()}; {counts};
{number_of(len(seeds), "seed")} ({", ".join(map(str, seeds))}).{note}

{_quality(task, runs)}

{_order(task, runs)}

{_separation(task, runs)}"""


CARE = """## Read with care

- The budgets are short on purpose, so that many networks fit: accuracies are below those of the
  recipes, and a method that trains slowly is seen at its worst.
- SpinDrop drops inputs of the network too, and no probability was tuned for it.
- Noise and clothes are far from digits. Rotated digits are near, and an AUROC below 0.5 says
  that they look more certain than digits do.
- A measure that separates well in AUROC may still flag few inputs at a threshold that is
  fixed beforehand, and the other way round: see both.
- Bits and units say nothing about energy by themselves; that takes a table of energies."""


def write(tasks: dict[str, Task], results: dict[str, Runs], seeds: dict[str, Sequence[int]]) -> str:
    """The report, in Markdown. results: by task, then by variant, of all its seeds in order."""
    sections = [_section(task, results[name], seeds[name]) for name, task in tasks.items()]
    targets = f"## Targets\n\n{_targets(tasks, results)}"
    parts = [_opening(), targets, *sections, CARE]
    return "\n\n".join(wrapped(part) for part in parts) + "\n"
