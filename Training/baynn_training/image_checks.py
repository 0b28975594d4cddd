# SPDX-License-Identifier: Apache-2.0
"""What the image format cannot hold, refused with a reason (ranges of SPEC.md, section 3)."""

from collections.abc import Sequence

import numpy as np

from .integer_network import IntegerNetwork
from .policy import MEASURES, Policy

SIZE_MAX = 65535
LAYERS_MAX = 64
SITES_MAX = 32
ANSWER_SITES_MAX = 10
BOUND_LIMIT = 1 << 24


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def check_network(network: IntegerNetwork) -> None:
    """Sizes fit together and are in range; logits fit Q11.20."""
    elements = int(np.prod(network.shape))
    _require(min(network.shape) >= 1, f"input shape {network.shape} has an empty side")
    _require(elements <= SIZE_MAX, f"{elements} input elements, at most {SIZE_MAX} are possible")
    _require(1 <= network.maximum <= 255, f"input maximum {network.maximum} is not 1 to 255")
    count, sites = len(network.layers), len(network.drop_q16)
    _require(1 <= count <= LAYERS_MAX, f"{count} hidden layers, 1 to {LAYERS_MAX} are possible")
    _require(sites <= SITES_MAX, f"{sites} sites, at most {SITES_MAX} are possible")
    size, maximum = elements, network.maximum
    for i, layer in enumerate(network.layers):
        inputs, outputs = layer.weights.shape
        _require(inputs == size, f"layer {i} takes {inputs} inputs, but gets {size}")
        _require(1 <= outputs <= SIZE_MAX, f"layer {i} has {outputs} outputs, not 1 to {SIZE_MAX}")
        _require(layer.maximum == maximum, f"layer {i} has another input maximum than {maximum}")
        _require(layer.bound < BOUND_LIMIT, f"sums of layer {i} reach {layer.bound}: too large")
        states = (2 if layer.drop_q16 else 1, outputs)
        _require(0 <= layer.drop_q16 <= 65535, f"drop probability of layer {i} is no Q0.16")
        _require(layer.thresholds.shape == states, f"layer {i} lacks thresholds")
        _require(layer.inversions.shape == states, f"layer {i} lacks inversions")
        low, high = layer.thresholds.min(), layer.thresholds.max()
        _require(0 <= low and high <= 2 * layer.bound + 1, f"a threshold of layer {i} not clamped")
        size, maximum = outputs, 1
    inputs, classes = network.head.weights.shape
    _require(inputs == size, f"the head takes {inputs} inputs, but gets {size}")
    _require(2 <= classes <= SIZE_MAX, f"{classes} classes, 2 to {SIZE_MAX} are possible")
    logit_max = (inputs * abs(network.head.scale) + abs(network.head.bias)).max()
    _require(logit_max < 1 << 31, f"a logit can reach {logit_max / 2**20:.0f}, must be below 2048")


def _check_text(text: str, what: str) -> None:
    _require(text != "", f"{what} is empty")
    _require("\0" not in text, f"{what} contains a zero byte: {text!r}")


def check_texts(network: IntegerNetwork, labels: Sequence[str], name: str | None) -> None:
    _require(len(labels) == network.classes, f"{len(labels)} labels for {network.classes} classes")
    for label in labels:
        _check_text(label, "a label")
    if name is not None:
        _check_text(name, "the name")


def check_policy(policy: Policy | None) -> None:
    if policy is None:
        return
    _require(policy.measure in MEASURES, f"no measure {policy.measure!r}")
    # NaN fails both comparisons.
    _require(0 <= policy.threshold < 65535, f"threshold {policy.threshold} does not fit Q16.16")
    _require(0 <= policy.rate <= 1, f"rate {policy.rate} is not 0 to 1")
    _require(1 <= policy.samples < 1 << 32, f"a rate measured on {policy.samples} inputs")


def check_answers(network: IntegerNetwork, inputs: Sequence[np.ndarray]) -> None:
    elements = int(np.prod(network.shape))
    sites = len(network.drop_q16)
    _require(
        not len(inputs) or sites <= ANSWER_SITES_MAX,
        f"known answers for {sites} sites, possible for at most {ANSWER_SITES_MAX}",
    )
    for x in inputs:
        _require(np.shape(x) == (elements,), f"an input of shape {np.shape(x)}, not ({elements},)")
        inside = np.all((np.asarray(x) >= 0) & (np.asarray(x) <= network.maximum))
        whole = np.all(np.asarray(x) == np.floor(x))
        _require(bool(inside and whole), f"an input element is no integer 0 to {network.maximum}")
