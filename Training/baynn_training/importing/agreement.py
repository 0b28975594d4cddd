# SPDX-License-Identifier: Apache-2.0
"""Compares an imported network with the model that it came from."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from .axes import to_map
from .execution import Execution
from .heads import LOGIT_FRACTION_BITS, REAL_FRACTION_BITS
from .imported import Imported


@dataclass
class Agreement:
    """inputs: compared. labels_equal: of them with the same label, or of a regression all.
    codes, codes_different: elements of hidden tensors of bits and codes. by_tensor: different
    ones of each ONNX tensor. output_difference: the largest of a logit or value.
    """

    inputs: int = 0
    labels_equal: int = 0
    codes: int = 0
    codes_different: int = 0
    output_difference: float = 0.0
    by_tensor: dict[str, int] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        return self.labels_equal == self.inputs and not self.codes_different

    def __str__(self) -> str:
        return (
            f"{self.inputs} inputs: {self.labels_equal} labels equal, {self.codes_different} of "
            f"{self.codes} hidden codes different, outputs within {self.output_difference:.2g}"
        )


def random_inputs(imported: Imported, count: int, seed: int = 0) -> np.ndarray:
    """Uniform bytes, int64 [count, height, width, channels]."""
    network = imported.network
    generator = np.random.default_rng(seed)
    return generator.integers(0, network.maximum + 1, (count, *network.shape))


def _compare_codes(
    imported: Imported, tensors: Sequence[np.ndarray], reference: dict, to: Agreement
) -> None:
    for name, value in imported.values.items():
        if value.form.kind != "codes":
            continue
        real = to_map(np.asarray(reference[name], np.float64)[0], value.groups, value.form.shape)
        step = np.where(value.scale == 0, 1, value.scale).astype(np.float64)
        codes = ((real - value.shift.astype(np.float64)) / step + value.form.bound) / 2
        different = int((np.round(codes) != tensors[value.number]).sum())
        to.codes += codes.size
        to.codes_different += different
        to.by_tensor[name] = to.by_tensor.get(name, 0) + different


def compare(imported: Imported, inputs: np.ndarray) -> Agreement:
    """inputs: bytes [count, height, width, channels], or [count, elements] in that order."""
    network, result, execution = imported.network, Agreement(), Execution(imported.file)
    is_class = not network.is_regression
    unit = 2.0 ** -(LOGIT_FRACTION_BITS if is_class else REAL_FRACTION_BITS)
    for x in tqdm(inputs, desc="comparing", unit="input", leave=False, delay=1):
        x = np.asarray(x, np.int64).reshape(network.shape)
        reference = execution.run(imported.onnx_input(x))
        trace = network.trace(x, 0)
        last = imported.logits
        real = to_map(reference[imported.logits_name][0], last.groups, last.form.shape)
        real = real.astype(np.float64).reshape(trace.logits.shape)
        ours = trace.logits * unit
        result.inputs += 1
        result.labels_equal += not is_class or bool((real.argmax(-1) == ours.argmax(-1)).all())
        difference = float(abs(real - ours).max())
        result.output_difference = max(result.output_difference, difference)
        _compare_codes(imported, trace.tensors, reference, result)
    return result
