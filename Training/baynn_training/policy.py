# SPDX-License-Identifier: Apache-2.0
"""When a model abstains."""

from dataclasses import dataclass

MEASURES = {"entropy": 1, "mutual_information": 2, "deviation": 3}
"""Codes of the image format."""
REGRESSION_MEASURES = ("deviation",)
"""Those of values; the others are of classes."""


@dataclass(frozen=True)
class Policy:
    """Abstain if the measure exceeds the threshold.

    measure: "entropy", "mutual_information" or, of values, "deviation", the largest standard
    deviation of an output. threshold: nats, or the unit of the outputs.
    rate: share of in-distribution validation inputs that it flags, of so many samples.
    """

    measure: str
    threshold: float
    rate: float
    samples: int
