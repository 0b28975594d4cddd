# SPDX-License-Identifier: Apache-2.0
"""The picture of the model card."""

import io

import matplotlib
import torch
from torch import Tensor

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (after the choice of the backend)

from .. import metrics  # noqa: E402
from ..network import BinaryNetwork  # noqa: E402
from ..predictive import predict  # noqa: E402
from .data import Digits  # noqa: E402
from .shifts import SHIFTS, TITLES, shift  # noqa: E402


def _draw_reliability(axes: pyplot.Axes, p: Tensor, y: Tensor) -> None:
    rows = [row for row in metrics.calibration_bins(p, y) if row[0]]
    axes.plot([0, 1], [0, 1], color="0.8", zorder=0)
    sizes = [12 + 300 * count / len(y) for count, _, _ in rows]
    axes.scatter([c for _, c, _ in rows], [a for _, _, a in rows], s=sizes, alpha=0.7)
    axes.set(xlabel="confidence", ylabel="accuracy", title="Reliability, 15 bins (area: inputs)")


def _draw_entropies(axes: pyplot.Axes, network: BinaryNetwork, digits: Digits) -> None:
    inputs = {"digits": digits.test.x}
    inputs |= {TITLES[name]: shift(name, digits.test.x) for name in SHIFTS}
    for title, x in inputs.items():
        entropy = predict(network, x).entropy.sort().values
        share = torch.arange(1, len(entropy) + 1) / len(entropy)
        axes.plot(entropy, share, label=title)
    axes.set(xlabel="predictive entropy, nats", ylabel="share of inputs below", title="Entropy")


def draw(network: BinaryNetwork, digits: Digits, threshold: float) -> bytes:
    """Returns a PNG. threshold: of the policy, nats of entropy."""
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(8.4, 3.4), layout="constrained")
    _draw_reliability(left, predict(network, digits.test.x).probabilities, digits.test.y)
    _draw_entropies(right, network, digits)
    right.axvline(threshold, color="0.4", linestyle=":", label="abstains above")
    right.legend(fontsize=8)
    buffer = io.BytesIO()
    # Without the version of the library the file depends on the data alone.
    figure.savefig(buffer, format="png", dpi=90, metadata={"Software": None})
    pyplot.close(figure)
    return buffer.getvalue()
