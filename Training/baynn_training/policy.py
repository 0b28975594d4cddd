# SPDX-License-Identifier: Apache-2.0
"""When a model abstains."""

from dataclasses import dataclass

MEASURES = {"entropy": 1, "mutual_information": 2}
"""Codes of the image format."""


@dataclass(frozen=True)
class Policy:
    """Abstain if the measure exceeds the threshold.

    measure: "entropy" or "mutual_information". threshold: nats.
    rate: share of in-distribution validation inputs that it flags, of so many samples.
    """

    measure: str
    threshold: float
    rate: float
    samples: int
