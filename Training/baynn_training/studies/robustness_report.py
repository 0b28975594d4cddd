# SPDX-License-Identifier: Apache-2.0
"""The report of the study of robustness; every figure in it is computed."""

from collections.abc import Sequence
from statistics import mean, stdev

from .sweep import IMAGES, LEVELS
from .tasks import Task
from .text import NONE, number_of, spread, table, wrapped
from .variants import PROBABILITY, VARIANTS

Sweeps = dict[str, list[dict[str, list[dict[str, list[float]]]]]]
"""By variant: of each seed, by kind of fault, at each level, figures of all devices."""

TITLES = {
    "flips": "Flipped weights",
    "multiplicative": "Sums of each channel multiplied by 1 + sd N(0, 1)",
    "additive": "Sums of each channel with sd N(0, 1) added, in units of sqrt(n)",
    "drift": "All sums of a layer with one sd N(0, 1) added, in units of sqrt(n)",
}
GAIN_MIN = 1.0
"""Points of accuracy below which a share of the gain is not worth stating."""


def values(sweeps: Sweeps, variant: str, kind: str, place: int, figure: str) -> list[float]:
    """Of all devices of all seeds."""
    return [v for seed in sweeps[variant] for v in seed[kind][place][figure]]


def level_name(kind: str, level: float) -> str:
    return f"{100 * level:g} %" if kind == "flips" else f"{level:g}"


def _by_level(sweeps: Sweeps, kind: str, figure: str, digits: int, scale: float) -> str:
    rows = []
    for place, level in enumerate(LEVELS[kind]):
        row = [level_name(kind, level)]
        row += [spread(values(sweeps, v, kind, place, figure), digits, scale) for v in sweeps]
        rows.append(row)
    return table(["level", *(column(v) for v in sweeps)], rows)


def column(variant: str) -> str:
    return "frozen batch norm" if variant == "none" else VARIANTS[variant].title


def gains(sweeps: Sweeps, variant: str, kind: str, place: int) -> list[float]:
    """Points of accuracy over the frozen batch norm, device by device."""
    pairs = zip(
        values(sweeps, variant, kind, place, "accuracy"),
        values(sweeps, "none", kind, place, "accuracy"),
        strict=True,
    )
    return [100 * (a - b) for a, b in pairs]


def mean_gain(sweeps: Sweeps, variant: str, kind: str) -> float:
    """Over all levels above 0."""
    places = [i for i, level in enumerate(LEVELS[kind]) if level]
    return mean(mean(gains(sweeps, variant, kind, i)) for i in places)


def points(gain: float) -> str:
    """With its sign; a gain that rounds to 0 is never negative."""
    return f"{round(gain, 1) + 0.0:+.1f}"


def explained(part: float, whole: float) -> str:
    """How much of a gain another gain makes up, as text; both in points."""
    if whole < GAIN_MIN:
        return NONE
    return f"{100 * part / whole:.0f} %"


def _gain_table(sweeps: Sweeps, kind: str) -> str:
    rows = []
    for place, level in enumerate(LEVELS[kind]):
        if not level:
            continue
        by = {v: gains(sweeps, v, kind, place) for v in ("layer", "inverted", "affine")}
        row = [level_name(kind, level)]
        row += [f"{points(mean(g))} ± {stdev(g):.1f}" for g in by.values()]
        row += [explained(mean(by["layer"]), mean(by[v])) for v in ("inverted", "affine")]
        rows.append(row)
    head = ["level", *(f"gain, {column(v)}" for v in ("layer", "inverted", "affine"))]
    shares = [f"LayerNorm's share of the gain of {column(v)}" for v in ("inverted", "affine")]
    return table([*head, *shares], rows)


def _verdict(sweeps: Sweeps, kind: str) -> str:
    layer, inverted, affine, scale = (
        mean_gain(sweeps, v, kind) for v in ("layer", "inverted", "affine", "scale")
    )
    if affine < GAIN_MIN and inverted < GAIN_MIN:
        core = "there is no gain of inverted normalization for LayerNorm to explain"
    else:
        shares = [
            f"{explained(layer, gain)} of the gain of {column(v)}"
            for v, gain in (("inverted", inverted), ("affine", affine))
            if gain >= GAIN_MIN
        ]
        core = "LayerNorm alone has " + " and ".join(shares)
    return (
        f"**{TITLES[kind]}.** On average over the levels above 0 the accuracy changes, against "
        f"the frozen batch norm, by {points(layer)} points with LayerNorm, {points(inverted)} "
        f"with inverted norm alone, {points(affine)} with inverted norm and Affine Dropout, and "
        f"{points(scale)} with Scale Dropout behind a frozen batch norm: {core}."
    )


def _opening(task: Task, seeds: Sequence[int], instances: int) -> str:
    images = min(IMAGES, len(task.x["test"]))
    care = ""
    if len(seeds) == 1:
        care = """

With a single training seed a difference of a point between two networks may be that of the
seed: compare slopes rather than neighbouring curves."""
    return f"""# Robustness of normalizations

Written by the study itself; a change by hand would be lost:

    cd Training && python -m baynn_training.studies.robustness --data FOLDER

{task.title}, {task.describe_budget()}; {number_of(len(seeds), "training seed")}
({", ".join(map(str, seeds))}). All networks have the same architecture and budget; statistics
are frozen (batch norm) or those of each input (LayerNorm, inverted norm), over all channels
of a layer. Drops have probability {PROBABILITY}; Affine and Scale Dropout are evaluated
exactly, over all leaves. Each point is {instances} simulated devices for each training seed,
each on the first {images:,} held-out digits: mean and standard deviation over devices (and
seeds).

- *Flipped weights*: each binary weight has its sign changed with the given probability, in
  all layers, the head's among them.
- *Sums that are off*: a factor or an offset for each output channel of each layer, or one
  offset for all channels of a layer (drift); the head's among them, drawn once for a device
  and the same for all inputs. The unit of an offset is sqrt(n), what n random signs sum to; in
  the first layer sqrt(n) times the root mean square of a pixel. Sums are read out as integers.

![Accuracy and NLL over levels of faults](robustness.png){care}"""


def _answer(sweeps: Sweeps) -> str:
    verdicts = "\n\n".join(_verdict(sweeps, kind) for kind in LEVELS)
    return f"""## How much of the gain is LayerNorm's

LayerNorm is the control that matters: it has statistics of each input as well, but neither an
inverted order nor anything random. Its share of a gain below is its own gain over the frozen batch
norm, divided by that gain; above 100 % LayerNorm is the better of the two.

{verdicts}"""


def _section(sweeps: Sweeps, kind: str) -> str:
    return f"""## {TITLES[kind]}

Accuracy, %:

{_by_level(sweeps, kind, "accuracy", 1, 100)}

Gain over the frozen batch norm in points, mean and standard deviation of pairs of devices with
the same faults:

{_gain_table(sweeps, kind)}

NLL, nats:

{_by_level(sweeps, kind, "nll", 3, 1)}"""


def write(task: Task, sweeps: Sweeps, seeds: Sequence[int], instances: int) -> str:
    """The report, in Markdown."""
    sections = [_section(sweeps, kind) for kind in LEVELS]
    parts = [_opening(task, seeds, instances), _answer(sweeps), *sections]
    return "\n\n".join(wrapped(part) for part in parts) + "\n"
