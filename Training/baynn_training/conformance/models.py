# SPDX-License-Identifier: Apache-2.0
"""Checksums over everything that a model computes for synthetic inputs."""

import struct
import zlib

import numpy as np
from tqdm import tqdm

from ..image_reader import read_image
from ..integer_network import IntegerNetwork
from ..philox_arrays import philox4x32_rows
from ..posterior import Posterior, posterior_leaves
from ..reference import Prediction, predict_posterior
from .checksums import tensor_bytes

COUNT = 200


def synthetic_inputs(network: IntegerNetwork, count: int, seed: int) -> np.ndarray:
    """Element e of input i is word e mod 4 of Philox4x32-10 with the key (seed, 0) and the
    counter (e div 4, i, 0, 0), modulo maximum + 1. Returns int64 [count, elements]."""
    elements = int(np.prod(network.shape))
    blocks = -(-elements // 4)
    counters = np.zeros((count, blocks, 4), np.int64)
    counters[:, :, 0] = np.arange(blocks)
    counters[:, :, 1] = np.arange(count)[:, None]
    words = philox4x32_rows(counters.reshape(-1, 4), (seed, 0)).astype(np.int64)
    return words.reshape(count, -1)[:, :elements] % (network.maximum + 1)


def _outcome(network: IntegerNetwork, prediction: Prediction) -> bytes:
    if network.is_regression:
        return prediction.output_bytes()
    words = prediction.label, prediction.entropy_q16, prediction.mutual_information_q16
    return np.array(words, "<u4").tobytes() + prediction.output_bytes()


def _run(network: IntegerNetwork, x: np.ndarray, kind: str, seed: int) -> dict:
    tensors_crc, outputs_crc = 0, 0
    for call, row in enumerate(tqdm(x, kind, disable=None)):
        posterior = Posterior(kind, passes=1, seed=seed, call=call)
        (leaf,) = posterior_leaves(network, posterior)
        trace = network.trace(row, leaf.mask, leaf.wide)
        for tensor, form in zip(trace.tensors[1:], network.forms[1:], strict=True):
            tensors_crc = zlib.crc32(tensor_bytes(tensor, form), tensors_crc)
        prediction = predict_posterior(network, row, posterior)
        outputs_crc = zlib.crc32(_outcome(network, prediction), outputs_crc)
    return {"posterior": kind, "tensors_crc32": tensors_crc, "outputs_crc32": outputs_crc}


def image_checksum(image_bytes: bytes) -> int:
    """The CRC-32 that ends an image. One over the whole image would be the same for all."""
    (size,) = struct.unpack_from("<I", image_bytes, 8)
    return struct.unpack_from("<I", image_bytes, size - 4)[0]


def model_vectors(image_bytes: bytes, count: int = COUNT, seed: int = 1) -> dict:
    """An entry of models.json, without the name of the model.

    The sampled run has one pass for each input, with the same seed and call = index of the
    input.
    """
    network = read_image(image_bytes).network
    x = synthetic_inputs(network, count, seed)
    runs = [_run(network, x, kind, seed) for kind in ("deterministic", "sampled")]
    return {"image_crc32": image_checksum(image_bytes), "count": count, "seed": seed, "runs": runs}
