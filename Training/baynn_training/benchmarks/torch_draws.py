# SPDX-License-Identifier: Apache-2.0
"""A hand-written loop in PyTorch: fresh weights for each draw, then the batch in fp32.

"noise": W + sigma N(0, 1) for every weight, ReLU in between. "flips": a binary network whose
weights are +1 and -1 in fp32; 1 % of them, at random places, change sign for the draw.
"""

import peer
import torch

SIGMA = 0.04
FLIP_SHARE = 0.01


def _weights(generator: torch.Generator) -> list[torch.Tensor]:
    pairs = zip(peer.WIDTHS[1:], peer.WIDTHS, strict=False)
    return [torch.randn(n, m, generator=generator) / m**0.5 for n, m in pairs]


def _noise(x: torch.Tensor, generator: torch.Generator):
    weights = _weights(generator)
    drawn = [torch.empty_like(w) for w in weights]

    def draw() -> torch.Tensor:
        h = x
        for place, (w, noisy) in enumerate(zip(weights, drawn, strict=True)):
            noisy.normal_(0.0, SIGMA, generator=generator).add_(w)
            h = h @ noisy.T
            h = h.relu_() if place < len(weights) - 1 else h
        return h

    return draw


def _flips(x: torch.Tensor, generator: torch.Generator):
    weights = [torch.where(w < 0, -1.0, 1.0) for w in _weights(generator)]

    def draw() -> torch.Tensor:
        h = x
        for place, w in enumerate(weights):
            flat = w.view(-1)
            # As many places as flips: no random number for each weight.
            size = (round(FLIP_SHARE * flat.numel()),)
            chosen = torch.randint(0, flat.numel(), size, generator=generator)
            kept = flat[chosen]
            flat[chosen] = -kept
            h = h @ w.T
            flat[chosen] = kept
            h = h.sign_() if place < len(weights) - 1 else h
        return h

    return draw


@torch.inference_mode()
def main() -> None:
    options = peer.options(("noise", "flips"))
    torch.set_num_threads(options.threads)
    generator = torch.Generator().manual_seed(options.seed)
    x = torch.from_numpy(peer.load(options.inputs))
    make = {"noise": _noise, "flips": _flips}[options.kind]
    peer.run(make(x, generator), len(x), options.seconds)


if __name__ == "__main__":
    main()
