# SPDX-License-Identifier: Apache-2.0
"""The report of the study of energy; every figure in it is computed."""

from .array_experiments import MODEL_INPUTS
from .text import table, wrapped
from .variants import VARIANTS

KINDS = {
    "cell_read": "cell-read",
    "conversion": "conversion",
    "accumulation": "accumulation",
    "random_bit": "random-bit",
    "buffer": "buffer-word",
}
"""Operations of an inference, by the name of their cost."""

FACTORS = (0.1, 0.3, 1.0, 3.0, 10.0)
ORDER = ("scale", "spatial", "spindrop")
"""From least to most, as the papers have it."""

POSTERIORS = ("deterministic", "exact", "certified", "sampled")


def _figures(measured: dict) -> dict:
    per = measured["per_input"]
    return {
        "networks": measured["networks"],
        "energy": {kind: per[f"{kind}_picojoules"] / 1000 for kind in KINDS},
        "time": per["time_microseconds"],
        "random_bits": per["random_bits"],
        "macs": per["macs"],
    }


def condensed(document: dict) -> dict:
    """What is kept of a document of `baynn array energy`: of each posterior means of an input;
    energy in nJ, time in us."""
    return {
        "inputs": document["inputs"],
        "arrays": document["arrays"],
        "costs": {name: cost["value"] for name, cost in document["costs"].items()},
        "sources": {name: cost["source"] for name, cost in document["costs"].items()},
        "posteriors": {m["posterior"]: _figures(m) for m in document["posteriors"]},
    }


def sampled(found: dict) -> dict:
    return found["posteriors"]["sampled"]


def total(figures: dict, kind: str | None = None, factor: float = 1.0) -> float:
    """nJ of an input, if one kind of operation cost `factor` times as much."""
    return sum(e * (factor if k == kind else 1.0) for k, e in figures["energy"].items())


def in_order(energies: dict[str, float]) -> list[str]:
    return sorted(energies, key=energies.__getitem__)


def orders(results: dict, which: str) -> dict[tuple[str, float], list[str]]:
    """The order of ORDER's methods for each cost and factor on it."""
    return {
        (kind, factor): in_order(
            {m: total(sampled(results[which][m]), kind, factor) for m in ORDER}
        )
        for kind in KINDS
        for factor in FACTORS
    }


def _order_text(order: list[str]) -> str:
    return " < ".join(VARIANTS[m].title for m in order)


def _methods(results: dict, which: str) -> str:
    rows = []
    for name, found in results[which].items():
        figures = sampled(found)
        rows.append(
            [
                VARIANTS[name].title,
                f"{figures['networks']:.1f}",
                f"{figures['random_bits']:,.0f}",
                *(f"{figures['energy'][kind]:,.2f}" for kind in KINDS),
                f"**{total(figures):,.1f}**",
                f"{figures['time']:,.1f}",
            ]
        )
    head = ["method", "networks", "random bits", *(f"{k.replace('_', ' ')}, nJ" for k in KINDS),
            "all, nJ", "time, us"]
    return table(head, rows)


def _sensitivity(results: dict, which: str) -> str:
    rows = []
    for kind, name in KINDS.items():
        row = [name]
        for factor in FACTORS:
            by = {m: total(sampled(results[which][m]), kind, factor) for m in ORDER}
            mark = "" if in_order(by) == list(ORDER) else " (!)"
            row.append(
                f"1 : {by['spatial'] / by['scale']:.2f} : {by['spindrop'] / by['scale']:.2f}{mark}"
            )
        rows.append(row)
    return table(["cost", *(f"x {f:g}" for f in FACTORS)], rows)


def _verdict(results: dict, which: str, words: str) -> str:
    found = orders(results, which)
    other = {key: order for key, order in found.items() if order != list(ORDER)}
    default = found[next(iter(KINDS)), 1.0]
    text = f"{words}: {_order_text(default)}."
    if not other:
        return text + " No cost times 0.1 to 10 changes that order."
    if default == list(ORDER):
        cases = ", ".join(f"{KINDS[kind]} x {factor:g}" for kind, factor in other)
        return text + f" It changes with {cases}."
    return text + (
        f" That is not the order of the papers; of {len(found)} tried, {len(found) - len(other)} "
        "give theirs."
    )


def _units(results: dict) -> str:
    costs = results["pass"]["scale"]["costs"]
    bit_ns, bit_fj = costs["random-bit-time"], costs["random-bit"]
    scale = sampled(results["pass"]["scale"])["random_bits"]
    rows = []
    for name, found in results["pass"].items():
        bits = sampled(found)["random_bits"]
        if not bits:
            continue
        rows.append(
            [
                VARIANTS[name].title,
                f"{bits:,.0f}",
                f"{bits / scale:,.0f}",
                f"{bits * bit_fj / 1e3:,.1f}",
                f"{bits * bit_ns / 1e3:,.2f}",
                f"{bits * bit_ns / (1e3 * sampled(found)['time']):.1%}",
            ]
        )
    return table(
        ["method", "bits a pass", "times those of Scale Dropout", "energy of the bits, pJ",
         "time with one unit, us", "share of the pass"],
        rows,
    )


def _published(results: dict) -> str:
    rows = []
    for name in MODEL_INPUTS:
        found = results["models"][name]
        row = [name, str(found["inputs"]), str(found["arrays"])]
        for posterior in POSTERIORS:
            figures = found["posteriors"].get(posterior)
            row.append(
                f"{total(figures):,.1f} nJ, {figures['networks']:.1f}" if figures else "–"
            )
        rows.append(row)
    return table(["model", "inputs", "arrays", *(f"{p}: energy, networks" for p in POSTERIORS)],
                 rows)


def _costs(results: dict) -> str:
    found = results["pass"]["scale"]
    unit = {"random-bit-time": "ns", "mac-time": "ns", "conversion-time": "ns",
            "row-write-time": "ns", "converters": ""}
    rows = [
        [name, f"{value:g} {unit.get(name, 'fJ')}".strip(), found["sources"][name]]
        for name, value in found["costs"].items()
    ]
    return table(["cost", "default", "source"], rows)


def write(results: dict) -> str:
    """The report, in Markdown."""
    inputs = results["pass"]["scale"]["inputs"]
    one, many = (
        {m: total(sampled(results[w][m])) for m in results[w]} for w in ("pass", "passes")
    )
    bits = {m: sampled(results["pass"][m])["random_bits"] for m in ORDER}
    parts = [
        f"""# Energy of the methods on arrays

Written by the study itself; a change by hand would be lost:

    make study-arrays DATA=FOLDER

One network, MNIST with convolutions (16 and 32 maps, 3 x 3, stride 2; dense 256; 10), with each
method; training seed 0, means of {inputs} inputs. Operations are counted while the image runs on
ideal emulated arrays of 256 x 256 cells, 16 rows at once; each is then priced. *Buffer* is the
movement of inputs and counts between memory and device.

**Of all prices only that of a cell's read is published; the others are assumptions.** Figures say
how methods compare under one set of prices. They are no measurement of a chip.

![Energy by operation, and how prices matter](energy.png)""",
        f"""## What the order is

{_verdict(results, "passes", "20 passes as the runtime does them, equal networks once")}

{_verdict(results, "pass", "One pass, everything computed")}

In a single pass the arrays dominate, and they are the same for all: a method that drops inputs
saves their reads, and that is worth more than its random bits cost. What makes Scale Dropout cheap
is that it has so few networks: of 20 passes
{sampled(results["passes"]["scale"])["networks"]:.1f} differ on average, all share what comes before
the first decision, and the prediction takes {many["spindrop"] / many["scale"]:.1f} times less energy
than SpinDrop's and {many["spatial"] / many["scale"]:.1f} times less than Spatial-SpinDrop's; without
that sharing it would be {one["spindrop"] / one["scale"]:.2f} and
{one["spatial"] / one["scale"]:.2f}. Random bits a pass: {bits["scale"]:.0f} against
{bits["spatial"]:.0f} and {bits["spindrop"]:.0f}; so the stochastic units alone are in the order of
the papers whatever a bit costs, 1 : {bits["spatial"] / bits["scale"]:.0f} :
{bits["spindrop"] / bits["scale"]:.0f}.""",
        "## 20 passes, as the runtime does them",
        _methods(results, "passes"),
        "## One pass",
        _methods(results, "pass"),
        f"""## One unit

Scale Dropout needs one stochastic unit whatever the size of the network. A unit for each decision
takes as much energy for a bit, but works at the same time as the others: the price of a single unit
is time, that of many is their area, calibration and faults. With one unit the bits of a pass take:

{_units(results)}""",
        f"""## How much the prices matter

Energy of 20 passes, Scale Dropout : Spatial-SpinDrop : SpinDrop, if one price were another. (!)
marks another order.

{_sensitivity(results, "passes")}

The same for one pass:

{_sensitivity(results, "pass")}""",
        f"""## The published models

nJ an input, and the networks that are evaluated:

{_published(results)}""",
        f"## Prices\n\n{_costs(results)}",
    ]
    return "\n\n".join(wrapped(part) for part in parts) + "\n"
