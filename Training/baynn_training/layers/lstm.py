# SPDX-License-Identifier: Apache-2.0
"""A long short-term memory with binary recurrent weights (SPEC.md, 3.14)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..sign import sign
from .affine import INTEGER_LIMIT, REAL_FRACTION_BITS
from .convolution import SUM_LIMIT
from .layer import Layer
from .quantizers import LATENT_START, quantize_codes
from .tensor_type import TensorType, codes

STEPS_MAX = 4096
UNIT = 2.0**-REAL_FRACTION_BITS


class LSTMLayer(Layer):
    """Gates from the source plus r times the binary sums of the fed-back codes.

        g = source + r z;  c = S(g_forget) c + S(g_input) T(g_candidate);  h = S(g_output) T(c)

    S and T are the hard sigmoid min(max(v / 4 + 1/2, 0), 1) and the hard hyperbolic tangent
    min(max(v, -1), 1). h goes back, and out, as codes of so many bits, all of which cover
    [-1, 1]. Positions of the source are the steps, row by row.

    source: 4 m channels: input gate, forget gate, candidate, output gate.
    latent: [4 m, m]. recurrent: r / unit, [4 m].
    """

    def __init__(
        self, source: int, kind: TensorType, outputs: int, bits: int = 1, is_sequence: bool = False
    ) -> None:
        maximum = (1 << bits) - 1
        if kind.elements != "integers" or kind.fraction != REAL_FRACTION_BITS:
            raise ValueError("an LSTM takes what an affine layer makes")
        if kind.channels != 4 * outputs or not 1 <= kind.positions <= STEPS_MAX:
            raise ValueError(f"an LSTM of {outputs} outputs cannot take {kind.describe()}")
        if outputs * maximum >= SUM_LIMIT:
            raise ValueError(f"{outputs} outputs of {bits} bits sum beyond 2^24")
        size = kind.shape[:2] if is_sequence else (1, 1)
        super().__init__([source], codes(*size, outputs, bits))
        self.kind, self.bits, self.is_sequence = kind, bits, is_sequence
        self.latent = nn.Parameter(
            torch.empty(4 * outputs, outputs).uniform_(-LATENT_START, LATENT_START)
        )
        # Sums of the fed-back codes start with half the spread of the source. The parameter is
        # of the order of 1, whatever that of the sums: Adam takes steps of one size for all.
        self.unit = 1 / (codes(1, 1, 1, bits).typical * outputs**0.5)
        self.recurrent = nn.Parameter(torch.full((4 * outputs,), 0.5))
        self.multiplier: Tensor | None = None

    @property
    def shift(self) -> int:
        """h in Q15.16 to a code: floor(h / 2^shift) + 2^(b-1)."""
        return REAL_FRACTION_BITS + 1 - self.bits

    def weights(self) -> Tensor:
        """Signs, [4 m, m]."""
        return sign(self.latent)

    @torch.no_grad()
    def clip_latent(self) -> None:
        """To be called after every step of the optimizer."""
        self.latent.clamp_(-1, 1)

    def _floor(self, v: Tensor) -> Tensor:
        """Rounds down to Q15.16, as the image does; in training a value stays as it is."""
        return torch.floor(v / UNIT) * UNIT if self.is_finished else v

    def _code(self, h: Tensor) -> Tensor:
        if self.bits == 1:
            return sign(h)
        # Codes cover [-1, 1] here and [-2, 2] behind a normalization.
        return quantize_codes(2 * h, self.bits)

    def forward(self, inputs: Sequence[Tensor], state: Tensor | None) -> Tensor:
        steps = inputs[0].flatten(2).unbind(2)
        is_exact = self.multiplier is not None
        recurrent = self.multiplier * UNIT if is_exact else self.recurrent * self.unit
        weights = self.weights().to(steps[0].dtype)
        c = torch.zeros_like(steps[0][:, : self.output.channels])
        x = self._code(c)
        outputs = []
        for source in steps:
            gates = source + recurrent * (x @ weights.T)
            open_, forget, candidate, output = gates.chunk(4, 1)
            kept = self._sigmoid(forget) * c
            c = self._floor(kept + self._sigmoid(open_) * candidate.clamp(-1, 1))
            h = self._floor(self._sigmoid(output) * c.clamp(-1, 1))
            x = self._code(h)
            outputs.append(x)
        codes_out = x[:, :, None] if not self.is_sequence else torch.stack(outputs, 2)
        dtype = torch.float32 if self.is_finished else x.dtype
        return codes_out.unflatten(2, self.output.shape[:2]).to(dtype)

    def _sigmoid(self, v: Tensor) -> Tensor:
        return (self._floor(v / 4) + 0.5).clamp(0, 1)

    @torch.no_grad()
    def finish(self, bounds: Sequence[int]) -> None:
        if not bool(self.recurrent.isfinite().all()):
            raise ValueError("a recurrent multiplier is not finite: did the training diverge?")
        self.multiplier = (self.recurrent.double() * self.unit / UNIT).round()
        sums = self.output.channels * self.output.maximum
        if bounds[0] + float(self.multiplier.abs().max()) * sums >= INTEGER_LIMIT:
            raise ValueError("the gates of an LSTM pass 31 bits: use fewer outputs or inputs")
        self.bound = self.output.maximum

    def extra_repr(self) -> str:
        return f"{self.sources} -> {self.output.describe()} of {self.bits} bits"
