# SPDX-License-Identifier: Apache-2.0
"""What the image format cannot hold, refused with a reason (ranges of SPEC.md, section 3)."""

from collections.abc import Sequence

import numpy as np

from .integer import ClassificationHead, Head, RegressionHead, SoftmaxHead, TensorForm
from .integer_network import IntegerNetwork
from .layer_checks import INTEGER_LIMIT, SIZE_MAX, check_layer, require, require_work
from .policy import MEASURES, REGRESSION_MEASURES, Policy

LAYERS_MAX = 64
WAITING_MAX = 8
SITES_MAX = 32
ANSWER_SITES_MAX = 10


def _check_softmax(head: SoftmaxHead, last: TensorForm) -> None:
    inputs, classes = head.weights.shape
    require(
        last.is_bits and last.positions == 1,
        f"the head takes bits of one position, not {last.kind} of {last.shape}",
    )
    require(inputs == last.channels, f"the head takes {inputs} inputs, but gets {last.channels}")
    require(2 <= classes <= SIZE_MAX, f"{classes} classes, 2 to {SIZE_MAX} are possible")
    require(
        head.scale.shape == head.bias.shape == (classes,),
        f"the head has {head.scale.shape} scales and {head.bias.shape} biases",
    )
    require_work(inputs, 1, classes, 1, "the head")
    logit_max = (inputs * abs(head.scale) + abs(head.bias)).max()
    require(
        logit_max < INTEGER_LIMIT, f"a logit can reach {logit_max / 2**20:.0f}, must be below 2048"
    )


def _check_head(head: Head, last: TensorForm) -> None:
    if isinstance(head, SoftmaxHead):
        _check_softmax(head, last)
        return
    require(last.kind == "integers", f"the head takes integers, not {last.kind}")
    if isinstance(head, ClassificationHead):
        require(2 <= head.classes <= SIZE_MAX, f"{head.classes} classes, not 2 to {SIZE_MAX}")
        require(
            head.classes == last.channels,
            f"the head has {head.classes} classes, but gets {last.channels} channels",
        )
    elif isinstance(head, RegressionHead):
        count = len(head.noise)
        require(1 <= count <= SIZE_MAX, f"{count} outputs, 1 to {SIZE_MAX} are possible")
        require(count == last.elements, f"the head has {count} outputs, but gets {last.elements}")
        fits = bool((head.noise >= 0).all() and (head.noise < 1 << 32).all())
        require(fits, "a standard deviation of the noise does not fit Q16.16")
        require(last.bound < 1 << 30, f"an output can reach {last.bound}, must be below 2^30")
    else:
        raise ValueError(f"no head {type(head).__name__} in the format")


def most_waiting(sources: Sequence[tuple[int, ...]]) -> int:
    """The most tensors that a reader remembers at one time, besides the last one.

    sources: of each layer, from number 1 on.
    """
    return max(
        len({source for later in sources[number:] for source in later if source < number})
        for number in range(1, len(sources) + 1)
    )


def check_network(network: IntegerNetwork) -> None:
    """Sizes fit together and are in range, and no integer outgrows its bound."""
    elements = int(np.prod(network.shape))
    require(min(network.shape) >= 1, f"input shape {network.shape} has an empty side")
    require(elements <= SIZE_MAX, f"{elements} input elements, at most {SIZE_MAX} are possible")
    require(1 <= network.maximum <= 255, f"input maximum {network.maximum} is not 1 to 255")
    count = len(network.layers)
    require(1 <= count <= LAYERS_MAX, f"{count} hidden layers, 1 to {LAYERS_MAX} are possible")
    forms = [TensorForm(*network.shape, "input", network.maximum)]
    for number, layer in enumerate(network.layers, 1):
        forms.append(check_layer(layer, number, forms))
    waiting = most_waiting([layer.sources(k) for k, layer in enumerate(network.layers, 1)])
    require(
        waiting <= WAITING_MAX,
        f"{waiting} tensors wait for a later layer at one time, at most {WAITING_MAX} are possible",
    )
    _check_head(network.head, forms[-1])
    sites = len(network.drop_q16)
    require(sites <= SITES_MAX, f"{sites} sites, at most {SITES_MAX} are possible")


def _check_text(text: str, what: str) -> None:
    require(text != "", f"{what} is empty")
    require("\0" not in text, f"{what} contains a zero byte: {text!r}")


def check_texts(network: IntegerNetwork, labels: Sequence[str], name: str | None) -> None:
    names = network.head.names
    what = "outputs" if network.is_regression else "classes"
    require(len(labels) == names, f"{len(labels)} labels for {names} {what}")
    for label in labels:
        _check_text(label, "a label")
    if name is not None:
        _check_text(name, "the name")


def check_policy(network: IntegerNetwork, policy: Policy | None) -> None:
    if policy is None:
        return
    require(policy.measure in MEASURES, f"no measure {policy.measure!r}")
    require(
        (policy.measure in REGRESSION_MEASURES) == network.is_regression,
        f"the measure {policy.measure!r} does not fit the head",
    )
    # NaN fails both comparisons.
    require(0 <= policy.threshold < 65535, f"threshold {policy.threshold} does not fit Q16.16")
    require(0 <= policy.rate <= 1, f"rate {policy.rate} is not 0 to 1")
    require(1 <= policy.samples < 1 << 32, f"a rate measured on {policy.samples} inputs")


def check_answers(network: IntegerNetwork, inputs: Sequence[np.ndarray]) -> None:
    elements = int(np.prod(network.shape))
    sites = len(network.drop_q16)
    require(
        not len(inputs) or sites <= ANSWER_SITES_MAX,
        f"known answers for {sites} sites, possible for at most {ANSWER_SITES_MAX}",
    )
    for x in inputs:
        require(np.shape(x) == (elements,), f"an input of shape {np.shape(x)}, not ({elements},)")
        inside = np.all((np.asarray(x) >= 0) & (np.asarray(x) <= network.maximum))
        whole = np.all(np.asarray(x) == np.floor(x))
        require(bool(inside and whole), f"an input element is no integer 0 to {network.maximum}")
