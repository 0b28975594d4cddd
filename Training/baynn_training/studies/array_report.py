# SPDX-License-Identifier: Apache-2.0
"""The report of the study on emulated arrays; every figure in it is computed."""

from statistics import mean, stdev

from .array_experiments import (
    CALIBRATION_INPUTS,
    EXPERIMENTS,
    FAULTS,
    MODEL_INPUTS,
    NETWORKS,
    RECOVERIES,
    STABILITY,
    TRIED,
    Experiment,
)
from .text import NONE, table, wrapped
from .variants import VARIANTS

METRICS = {
    "accuracy": ("accuracy, %", 100, 1),
    "negative_log_likelihood": ("NLL, nats", 1, 3),
    "expected_calibration_error": ("ECE", 1, 3),
    "mean_entropy": ("mean entropy, nats", 1, 3),
    "abstention": ("abstains, %", 100, 1),
    "accuracy_of_the_rest": ("accuracy of the rest, %", 100, 1),
    "root_mean_squared_error": ("RMSE", 1, 3),
    "mean_intersection_over_union": ("mean IoU, %", 100, 1),
}
"""By the tool's name: title, factor, digits."""

STEPS = ("programming", "scrubbing", "calibration", "inference")

TITLES = {
    "scale-deviation": "published spread x",
    "stuck": "stuck MTJs, %",
    "retention-hours": "hours",
    "active-rows": "rows at once",
    "converter-offset-deviation": "sd of a converter's offset, counts",
}


def _operations(instances: list[dict], step: str) -> dict[str, float] | None:
    """Means over devices of what a step takes; energy in nJ."""
    found = [i[step] for i in instances if i.get(step)]
    if not found:
        return None
    names = {
        "row_writes": "row_writes",
        "cell_writes": "cell_writes",
        "cells_read": "cell_verifies",
        "macs": "macs",
        "energy_nanojoules": "energy_picojoules",
        "time_microseconds": "time_microseconds",
    }
    means = {name: mean(f[theirs] for f in found) for name, theirs in names.items()}
    return means | {"energy_nanojoules": means["energy_nanojoules"] / 1000}


def condensed(document: dict) -> dict:
    """What is kept of a document of `baynn array evaluate`: every measure of every device, and
    mean costs of each step."""
    points = []
    for point in document["points"]:
        used = [i for i in point["instances"] if not i.get("failure")]
        names = [m for m in METRICS if used and all(m in i["metrics"] for i in used)]
        steps = {step: _operations(used, step) for step in STEPS}
        points.append(
            {
                "at": point["values"],
                "arrays": point["arrays"],
                "unusable": point["unusable"],
                "metrics": {m: [i["metrics"][m] for i in used] for m in names},
                "costs": {step: cost for step, cost in steps.items() if cost},
            }
        )
    points.sort(key=lambda p: sorted(p["at"].items()))
    return {
        "inputs": document["settings"]["inputs"],
        "without_arrays": document["without_arrays"],
        "points": points,
    }


def at(results: dict, **values: float) -> dict:
    """The point of these swept values; names with _ for -."""
    wanted = {name.replace("_", "-"): value for name, value in values.items()}
    return next(p for p in results["points"] if p["at"] == wanted)


def text(point: dict, metric: str) -> str:
    """Mean and standard deviation over devices."""
    _, factor, digits = METRICS[metric]
    values = [factor * v for v in point["metrics"].get(metric, [])]
    if not values:
        return NONE
    return f"{mean(values):.{digits}f} ± {stdev(values) if len(values) > 1 else 0:.{digits}f}"


def untouched(results: dict, metric: str) -> str:
    """The figure without arrays."""
    _, factor, digits = METRICS[metric]
    value = results["without_arrays"].get(metric)
    return NONE if value is None else f"{factor * value:.{digits}f}"


def column(name: str) -> str:
    return "frozen batch norm" if name == "none" else VARIANTS[name].title


def _level(at: dict[str, float]) -> str:
    return ", ".join(f"{value:g}" for value in at.values())


def _by_network(results: dict, experiment: Experiment, metric: str) -> str:
    found = {n: results[experiment.name][n] for n in experiment.networks}
    head = [", ".join(TITLES[field] for field in experiment.sweep)]
    first = next(iter(found.values()))
    fields = list(experiment.sweep)
    rows = [["without arrays", *(untouched(r, metric) for r in found.values())]]
    for place, point in enumerate(first["points"]):
        label = _level({f: point["at"][f] for f in fields})
        rows.append([label, *(text(r["points"][place], metric) for r in found.values())])
    return table([*head, *(column(n) for n in found)], rows)


def _section(results: dict, experiment: Experiment, title: str, words: str) -> str:
    parts = [f"## {title}", words]
    metrics = ["accuracy", "negative_log_likelihood"]
    if experiment.name in ("deviation", "stuck", "retention"):
        metrics += ["expected_calibration_error", "mean_entropy", "abstention"]
    for metric in metrics:
        parts += [f"{METRICS[metric][0]}:", _by_network(results, experiment, metric)]
    lost = sum(
        p["unusable"] for n in experiment.networks for p in results[experiment.name][n]["points"]
    )
    if lost:
        parts.append(
            f"{lost} devices could not be used, because an array had lost its label, and are "
            "left out."
        )
    return "\n\n".join(parts)


def _main_metric(found: dict) -> str:
    order = ("mean_intersection_over_union", "accuracy", "root_mean_squared_error")
    return next(m for m in order if m in found["points"][0]["metrics"])


def _models(results: dict) -> str:
    rows = []
    for name in TRIED:
        limit = MODEL_INPUTS[name]
        spread, stuck = (results[k][name] for k in ("models-deviation", "models-stuck"))
        metric = _main_metric(spread)
        row = [name, str(limit), METRICS[metric][0], untouched(spread, metric)]
        row += [text(p, metric) for p in (*spread["points"], *stuck["points"])]
        uncertainty = "mean_entropy" if "mean_entropy" in spread["without_arrays"] else None
        row += [untouched(spread, uncertainty), text(spread["points"][-1], uncertainty)] if (
            uncertainty
        ) else [NONE, NONE]
        rows.append(row)
    head = ["model", "inputs", "figure", "without arrays", "x 1", "x 3", "1 % stuck",
            "5 % stuck", "entropy without arrays", "entropy at x 3"]
    return "\n\n".join(
        (
            "## The published models",
            "Spreads as published, and three times as large, and stuck MTJs at the published spread, 16 "
            "rows at once. The inputs of a device are few, so that the figure without arrays is "
            "that of these inputs, not of the model's card. The vessels model was not tried: a tile "
            "takes too long for many devices.",
            table(head, rows),
        )
    )


def _recovered(results: dict, experiment: Experiment) -> list[list[str]]:
    rows = []
    by = results[experiment.name]["none"]
    for value in experiment.values:
        for recovery in RECOVERIES:
            point = at(by[recovery], **{experiment.axis: value})
            costs = point["costs"]
            after = [costs[s] for s in ("scrubbing", "calibration") if s in costs]
            total = {
                k: sum(c[k] for c in after) for k in ("row_writes", "cells_read", "macs",
                                                      "energy_nanojoules")
            }
            shown = [NONE] * 4
            if after:
                shown = [f"{total['row_writes']:,.0f}", f"{total['cells_read']:,.0f}",
                         f"{total['macs']:,.0f}", f"{total['energy_nanojoules']:,.0f}"]
            rows.append(
                [
                    f"{TITLES[experiment.axis]}: {value:g}",
                    recovery,
                    text(point, "accuracy"),
                    text(point, "negative_log_likelihood"),
                    str(point["arrays"]),
                    *shown,
                ]
            )
    return rows


def _recovery(results: dict) -> str:
    head = ["fault", "what was done", "accuracy, %", "NLL, nats", "arrays", "rows written",
            "cells read", "macs", "energy, nJ"]
    rows = [row for experiment in FAULTS for row in _recovered(results, experiment)]
    programming = at(
        results["recovery-stuck"]["none"]["nothing"], stuck=FAULTS[0].values[0]
    )["costs"]["programming"]
    return "\n\n".join(
        (
            "## What is won back, and what it costs",
            f"""The network with frozen statistics at the published spread, 16 rows at once, for
each fault. *Calibrated*: sums are corrected by what they are off on average over
{CALIBRATION_INPUTS} inputs that are not evaluated; no weight is written. *Scrubbed*: rows are read,
compared with the image, and rewritten. *Check bits*: the same from 7 check bits for 32 weights,
without the image; these take more arrays. A cell that is stuck cannot be rewritten. Costs are those
of the ledger with the default costs of SPEC.md, of which most are assumptions; programming the
device takes {programming['energy_nanojoules']:,.0f} nJ and {programming['row_writes']:,.0f} row
writes.""",
            "![What recovery wins back](arrays-recovery.png)",
            table(head, rows),
        )
    )


def _opening(results: dict, devices: int) -> str:
    inputs = results["deviation"][NETWORKS[0]]["inputs"]
    return f"""# Models on emulated arrays

Written by the study itself; a change by hand would be lost:

    make study-arrays DATA=FOLDER

The networks of the study of normalizations (MNIST, 784-512-512-256-10, training seed 0) and the
published models run on emulated devices through the host tool, cell by cell. Each point is
{devices} devices, each made from its own seed, programmed, and tried on the first {inputs} held-out
inputs: mean and standard deviation over devices. The inputs are the same for all devices, so the
deviation is that of devices alone; one input is {100 / inputs:g} points of accuracy. One training
seed: a difference of a point between two networks may be that of the seed.

Devices: arrays of 256 x 256 cells, 16 rows at once unless stated, conductances 135.7 (5.5) and 53.2
(2.5) uS as published, times a factor where it is swept; a converter decides midway between
neighbouring counts. Posteriors are exact.

![Accuracy, NLL and entropy over faults](arrays.png)"""


_WORDS = {
    "deviation": (
        "Spread from cell to cell",
        "Both standard deviations times a factor, 16 rows at once.",
    ),
    "rows": (
        "How many rows are read at once",
        "A read of more rows adds more spread, but there are fewer of them. 16 rows: above.",
    ),
    "harder": (
        "The harder corner",
        "18.54 (0.62) and 25.40 (0.93) kOhm: in units of their spread both states are less than "
        "half as far apart.",
    ),
    "stuck": (
        "Stuck junctions",
        "Share of MTJs that cannot be switched, one half of them in each state; published spread. "
        "A weight has two, and an input selects one of them. Programming notices, tries again, "
        "and goes on.",
    ),
    "retention": (
        "Time without power",
        f"Hours between programming and use at a thermal stability of {STABILITY} kT, at which a "
        "state lasts 7.5 years on average; published spread. Real cells are made for more: this "
        "is what their last years look like.",
    ),
}


def write(results: dict, devices: int) -> str:
    """The report, in Markdown."""
    parts = [_opening(results, devices)]
    for experiment in EXPERIMENTS:
        if experiment.networks:
            parts.append(_section(results, experiment, *_WORDS[experiment.name]))
    parts += [_models(results), _recovery(results)]
    return "\n\n".join(wrapped(part) for part in parts) + "\n"
