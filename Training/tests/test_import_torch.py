# SPDX-License-Identifier: Apache-2.0
"""Networks in plain PyTorch, whose signs are comparisons and whose batch is dynamic."""

from pathlib import Path

import onnx
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

pytest.importorskip("qonnx")
pytest.importorskip("onnxscript")

from onnx_graphs import check


def sign(x: Tensor) -> Tensor:
    return torch.where(x >= 0, 1.0, -1.0)


class BinaryNet(nn.Module):
    """Encoder and decoder: classes of each position."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Parameter(torch.randn(6, 1, 3, 3))
        self.second = nn.Parameter(torch.randn(8, 6, 3, 3))
        self.up = nn.Parameter(torch.randn(8, 4, 2, 2))
        self.last = nn.Parameter(torch.randn(3, 10, 1, 1))
        self.norms = nn.ModuleList([nn.BatchNorm2d(n) for n in (6, 8, 4)])
        self.bias = nn.Parameter(torch.randn(3))

    def forward(self, x: Tensor) -> Tensor:
        x = x.reshape(x.shape[0], 1, 8, 8) / 128
        wide = sign(self.norms[0](functional.conv2d(x, sign(self.first), padding=1)))
        low = functional.max_pool2d(wide, 2)
        low = sign(self.norms[1](functional.conv2d(low, sign(self.second), padding=1)))
        high = self.norms[2](functional.conv_transpose2d(low, sign(self.up), stride=2))
        both = torch.cat([wide, sign(functional.hardtanh(high))], 1)
        return functional.conv2d(both, 0.1 * sign(self.last), self.bias)


@pytest.mark.parametrize("dynamic", [False, True])
def test_segmentation(tmp_path: Path, dynamic: bool) -> None:
    torch.manual_seed(4)
    network = BinaryNet()
    with torch.no_grad():
        for _ in range(30):
            network(torch.randint(0, 256, (16, 1, 8, 8)).float())
    path = tmp_path / "network.onnx"
    torch.onnx.export(
        network.eval(),
        (torch.zeros(1 + dynamic, 1, 8, 8),),
        path,
        dynamo=True,
        external_data=False,
        verbose=False,
        dynamic_shapes=({0: torch.export.Dim.DYNAMIC},) if dynamic else None,
    )
    imported = check(onnx.load(path))
    assert imported.network.forms[-1].shape == (8, 8, 3)
    kinds = [type(layer).__name__ for layer in imported.network.layers]
    assert kinds.count("Convolution") == 4 and kinds.count("Concatenate") == 1
