# SPDX-License-Identifier: Apache-2.0
"""The picture of the study of energy."""

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (after the choice of the backend)

from .energy_report import FACTORS, KINDS, ORDER, sampled, total  # noqa: E402
from .picture import to_png  # noqa: E402
from .variants import VARIANTS  # noqa: E402

_TITLES = {"pass": "one pass", "passes": "20 passes, equal networks once"}


def _bars(axes: pyplot.Axes, methods: dict) -> None:
    base = [0.0] * len(methods)
    for kind in KINDS:
        heights = [sampled(found)["energy"][kind] for found in methods.values()]
        axes.bar(range(len(base)), heights, bottom=base, label=kind.replace("_", " "))
        base = [b + h for b, h in zip(base, heights, strict=True)]
    titles = [VARIANTS[name].title.replace(", ", ",\n") for name in methods]
    axes.set_xticks(range(len(base)), titles, rotation=60, ha="right", fontsize=8)
    axes.set_ylabel("nJ an input")
    axes.grid(alpha=0.3, axis="y")


def _ratios(axes: pyplot.Axes, methods: dict) -> None:
    """Energies over that of Scale Dropout: solid SpinDrop, dashed Spatial-SpinDrop."""
    least = ORDER[0]
    for place, kind in enumerate(KINDS):
        for method, style in zip(ORDER[1:], ("--", "-"), strict=True):
            ratio = [
                total(sampled(methods[method]), kind, f) / total(sampled(methods[least]), kind, f)
                for f in FACTORS
            ]
            label = f"{kind.replace('_', ' ')}, {VARIANTS[method].title}"
            axes.plot(FACTORS, ratio, f".{style}", color=f"C{place}", label=label)
    axes.axhline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlabel("factor on one price")
    axes.set_ylabel("energy over Scale Dropout's")
    axes.grid(alpha=0.3)


def draw(results: dict) -> bytes:
    """A column for one pass and one for 20; bars by operation above, sensitivity below."""
    figure, axes = pyplot.subplots(2, 2, figsize=(11, 8), layout="constrained")
    for place, (which, title) in enumerate(_TITLES.items()):
        _bars(axes[0, place], results[which])
        axes[0, place].set_title(title, fontsize=10)
        _ratios(axes[1, place], results[which])
    axes[0, 0].legend(fontsize=8, loc="lower center")
    handles, labels = axes[1, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, fontsize=7)
    return to_png(figure)
