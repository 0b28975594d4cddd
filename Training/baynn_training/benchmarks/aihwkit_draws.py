# SPDX-License-Identifier: Apache-2.0
"""aihwkit: the same layers on analog tiles, programmed anew for each draw (PCM-like noise).

"tile" and "torch": its inference tile in C++, and the one in PyTorch.
"""

import peer
import torch
from aihwkit.nn.conversion import convert_to_analog
from aihwkit.simulator.configs import InferenceRPUConfig, TorchInferenceRPUConfig
from torch import nn


def _network() -> nn.Sequential:
    layers: list[nn.Module] = []
    for n, m in zip(peer.WIDTHS[1:], peer.WIDTHS, strict=False):
        layers += [nn.Linear(m, n), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def main() -> None:
    options = peer.options(("tile", "torch"))
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    x = torch.from_numpy(peer.load(options.inputs))
    config = {"tile": InferenceRPUConfig, "torch": TorchInferenceRPUConfig}[options.kind]()
    model = convert_to_analog(_network(), config).eval()

    @torch.no_grad()
    def draw() -> torch.Tensor:
        model.program_analog_weights()
        return model(x)

    peer.run(draw, len(x), options.seconds)


if __name__ == "__main__":
    main()
