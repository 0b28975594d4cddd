# SPDX-License-Identifier: Apache-2.0
"""Small networks of every layer, and what the reference predicts with them."""

import base64
import json
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from tqdm import tqdm

from ..image_writer import encode_image
from ..integer_network import IntegerNetwork
from ..leaves import leaf_mass
from ..posterior import Posterior, posterior_leaves
from ..reference import predict_default, predict_posterior
from .checksums import tensor_checksums
from .draws import Draws
from .layer_cases import Case
from .network_cases import all_cases

SEED = 20240101
INPUTS = 2
PASSES = 7


def _posteriors(network: IntegerNetwork, draws: Draws) -> Iterator[tuple[int, Posterior]]:
    """Index of the input and posterior of each run."""
    if not network.wide_layers:
        masks = 1 << len(network.drop_q16)
        mass = leaf_mass(draws.integer(0, masks - 1), network.drop_q16)
        # Now and then a cut that no leaf reaches.
        cut = 1 << 31 if draws.integer(0, 4) == 0 else max(mass, 1)
        yield 0, Posterior("exact")
        yield 1, Posterior("certified", cut_q31=cut)
    else:
        yield 1, Posterior("sampled", passes=2, seed=draws.wide(), call=draws.wide())
    yield 0, Posterior("sampled", passes=PASSES, seed=draws.wide(), call=draws.wide())
    yield 1, Posterior("deterministic")


def _run(network: IntegerNetwork, x: np.ndarray, index: int, posterior: Posterior) -> dict:
    prediction = predict_posterior(network, x, posterior)
    last = posterior_leaves(network, posterior)[-1]
    is_sampled = posterior.kind == "sampled"
    run = {
        "posterior": posterior.kind,
        "cut_q31": posterior.cut_q31,
        "passes": posterior.passes if is_sampled else 0,
        "seed": str(posterior.seed),
        "call": str(posterior.call),
        "input": index,
        "leaves": prediction.leaves,
        "samples": prediction.samples,
        "mass_q31": prediction.mass_q31,
        "label": prediction.label,
        "entropy_q16": prediction.entropy_q16,
        "mutual_information_q16": prediction.mutual_information_q16,
    }
    if network.is_regression:
        run["means"] = list(prediction.mean_q16)
        run["deviations"] = list(prediction.deviation_q16)
    else:
        run["probability_crc32"] = prediction.output_checksum()
    run["tensors"] = tensor_checksums(network, x, last.mask, last.wide)
    return run


def case_draws(name: str) -> Draws:
    return Draws(SEED, zlib.crc32(name.encode()))


def make_case(case: Case, has_answers: bool) -> dict:
    """One entry of layers.json. has_answers: its image carries a known answer."""
    name, build = case
    draws = case_draws(name)
    network = build(draws)
    elements = int(np.prod(network.shape))
    x = [draws.integers(0, network.maximum, elements) for _ in range(INPUTS)]
    has_answers = has_answers and len(network.drop_q16) <= 6
    answers = [(x[0].astype(np.uint8), predict_default(network, x[0]))] if has_answers else []
    labels = [f"{i}" for i in range(network.head.names)]
    image = encode_image(network, labels, None, None, answers)
    runs = [_run(network, x[index], index, p) for index, p in _posteriors(network, draws)]
    return {
        "name": name,
        "image": base64.b64encode(image).decode(),
        "inputs": [base64.b64encode(row.astype(np.uint8).tobytes()).decode() for row in x],
        "runs": runs,
    }


def encode_cases(cases: Sequence[dict]) -> str:
    """One case a line, so that a change shows which cases it touches."""
    lines = (json.dumps(case, separators=(",", ":")) for case in cases)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def layer_vectors() -> str:
    """The content of layers.json."""
    cases = list(all_cases())
    bar = tqdm(cases, "networks", disable=None)
    return encode_cases([make_case(case, i % 4 == 0) for i, case in enumerate(bar)])
