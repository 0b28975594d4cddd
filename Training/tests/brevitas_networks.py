# SPDX-License-Identifier: Apache-2.0
"""Small binary networks in Brevitas, and their export to QONNX.

    python tests/brevitas_networks.py

makes the fixtures *.onnx in tests/fixtures again (needs requirements-brevitas.txt).
"""

from pathlib import Path

import brevitas.nn as qnn
import onnx
import torch
from brevitas.core.function_wrapper import TensorClamp
from brevitas.core.zero_point import ZeroZeroPoint
from brevitas.export import export_qonnx
from brevitas.inject.enum import (
    BitWidthImplType,
    QuantType,
    RestrictValueType,
    ScalingImplType,
    StatsOp,
)
from brevitas.quant import (
    Int8ActPerTensorFloat,
    SignedBinaryActPerTensorConst,
    SignedBinaryWeightPerTensorConst,
    Uint8ActPerTensorFloat,
)
from brevitas.quant.solver import WeightQuantSolver
from torch import Tensor, nn

FIXTURES = Path(__file__).parent / "fixtures"
MAXIMUM = 255


class ChannelWeights(WeightQuantSolver):
    """Bipolar, scaled by the mean magnitude of each output channel."""

    quant_type = QuantType.BINARY
    bit_width_impl_type = BitWidthImplType.CONST
    restrict_scaling_type = RestrictValueType.FP
    scaling_impl_type = ScalingImplType.STATS
    scaling_stats_op = StatsOp.AVE
    scaling_per_output_channel = True
    zero_point_impl = ZeroZeroPoint
    tensor_clamp_impl = TensorClamp
    narrow_range = True
    signed = True
    bit_width = 1


def binary() -> nn.Module:
    return qnn.QuantIdentity(act_quant=SignedBinaryActPerTensorConst)


def convolution(inputs: int, outputs: int, kernel: int = 3, **options) -> nn.Module:
    options = {"bias": False, "weight_quant": SignedBinaryWeightPerTensorConst, **options}
    return qnn.QuantConv2d(inputs, outputs, kernel, **options)


class Vision(nn.Module):
    """Images 1 x 10 x 10: padding, pools before and behind signs, a head behind Flatten."""

    shape = (1, 10, 10)

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            convolution(1, 6, padding=1, weight_quant=ChannelWeights),
            nn.BatchNorm2d(6),
            binary(),
            nn.MaxPool2d(2),
            convolution(6, 8, padding=1),
            nn.MaxPool2d(2),
            nn.BatchNorm2d(8),
            binary(),
            nn.Flatten(),
            qnn.QuantLinear(32, 4, bias=True, weight_quant=ChannelWeights),
            nn.BatchNorm1d(4),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x / MAXIMUM)


class Residual(nn.Module):
    """Images 3 x 8 x 8: codes of 2 and 4 bits, a residual, a concatenation, an upsampling, a
    global average before the head."""

    shape = (3, 8, 8)

    def __init__(self) -> None:
        super().__init__()
        signed = {"act_quant": Int8ActPerTensorFloat, "bit_width": 4}
        unsigned = {"act_quant": Uint8ActPerTensorFloat, "bit_width": 2}
        self.first, self.first_norm = convolution(3, 6, padding=1), nn.BatchNorm2d(6)
        self.codes = qnn.QuantReLU(**unsigned)
        self.second, self.second_norm = convolution(6, 6, padding=1), nn.BatchNorm2d(6)
        self.sum_norm = nn.BatchNorm2d(6)
        self.sum_sign = binary()
        self.down, self.down_norm = convolution(6, 6, stride=2, padding=1), nn.BatchNorm2d(6)
        self.down_sign = binary()
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.last, self.last_norm = convolution(12, 8, kernel=1), nn.BatchNorm2d(8)
        self.last_codes = qnn.QuantIdentity(**signed)
        self.head = qnn.QuantLinear(8, 3, bias=True, weight_quant=SignedBinaryWeightPerTensorConst)
        self.head_norm = nn.BatchNorm1d(3)

    def forward(self, x: Tensor) -> Tensor:
        x = (x / MAXIMUM - 0.5) / 0.5
        x = self.codes(self.first_norm(self.first(x)))
        x = self.sum_sign(self.sum_norm(self.second_norm(self.second(x)) + x))
        low = self.down_sign(self.down_norm(self.down(x)))
        x = torch.cat([x, self.up(low)], 1)
        x = self.last_codes(self.last_norm(self.last(x))).mean((2, 3))
        return self.head_norm(self.head(x)).log_softmax(-1)


class Signal(nn.Module):
    """Series 2 x 32: convolutions in one dimension with stride and dilation, an average pool
    before a sign, two linear layers."""

    shape = (2, 32)

    def __init__(self) -> None:
        super().__init__()
        options = {"bias": False, "weight_quant": SignedBinaryWeightPerTensorConst}
        self.layers = nn.Sequential(
            qnn.QuantConv1d(2, 8, 5, stride=2, padding=2, **options),
            nn.BatchNorm1d(8),
            binary(),
            qnn.QuantConv1d(8, 8, 3, dilation=2, **options),
            nn.AvgPool1d(2),
            nn.BatchNorm1d(8),
            binary(),
            nn.Flatten(),
            qnn.QuantLinear(48, 16, **options),
            nn.BatchNorm1d(16),
            binary(),
            qnn.QuantLinear(16, 5, **options),
            nn.BatchNorm1d(5),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x / 128 - MAXIMUM / 256)


NETWORKS = {"vision": Vision, "residual": Residual, "signal": Signal}


def inputs(shape: tuple[int, ...], count: int, generator: torch.Generator) -> Tensor:
    """Bytes as floats, of varying contrast: [count, *shape]."""
    ones = [1] * len(shape)
    low, high = (torch.rand(count, *ones, generator=generator) for _ in range(2))
    noise = torch.rand(count, *shape, generator=generator)
    return ((low + (high - low) * noise) * MAXIMUM).round()


def make_network(name: str, seed: int = 0) -> nn.Module:
    """Untrained, but with statistics of inputs and gammas of both signs."""
    torch.manual_seed(seed)
    network = NETWORKS[name]()
    generator = torch.Generator().manual_seed(seed)
    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d)]
    for norm in norms:
        nn.init.uniform_(norm.weight, 0.5, 1.5)
        norm.weight.data *= torch.where(torch.rand(len(norm.weight)) < 0.3, -1, 1)
        nn.init.uniform_(norm.bias, -0.3, 0.3)
    with torch.no_grad():
        for _ in range(60):
            network.train()(inputs(network.shape, 64, generator))
    return network.eval()


def _forget_origins(proto: onnx.ModelProto) -> None:
    """Removes the exporter's notes of source lines, which are most of a small file."""
    graph = proto.graph
    for part in (*graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    for owner in (graph, proto):
        owner.ClearField("metadata_props")
        owner.ClearField("doc_string")


def export(network: nn.Module, path: Path) -> onnx.ModelProto:
    """Writes QONNX, and returns it."""
    export_qonnx(network, torch.zeros(1, *network.shape), str(path), external_data=False)
    proto = onnx.load(path)
    _forget_origins(proto)
    onnx.save(proto, path)
    return proto


if __name__ == "__main__":
    for each in NETWORKS:
        export(make_network(each), FIXTURES / f"{each}.onnx")
