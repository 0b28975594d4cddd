# SPDX-License-Identifier: Apache-2.0
"""Small networks that every test may use."""

import pytest
import torch

from baynn_training import BinaryNetwork, finish

torch.set_num_threads(1)


def randomize(network: BinaryNetwork, seed: int) -> BinaryNetwork:
    """Gives normalizations and scales values of both signs, zeros among them."""
    generator = torch.Generator().manual_seed(seed)

    def normal(tensor: torch.Tensor) -> torch.Tensor:
        return torch.randn(tensor.shape, generator=generator)

    with torch.no_grad():
        for layer in network.hidden:
            layer.linear.latent.copy_(normal(layer.linear.latent).clamp(-1, 1))
            layer.norm.weight.copy_(normal(layer.norm.weight))
            layer.norm.bias.copy_(2 * normal(layer.norm.bias))
            layer.norm.weight[0] = 0
            if layer.dropout is not None:
                layer.dropout.scale.copy_(normal(layer.dropout.scale))
                layer.dropout.scale[-1] = 0
        network.head.linear.latent.copy_(normal(network.head.linear.latent).clamp(-1, 1))
        network.head.bias.copy_(normal(network.head.bias))
    return network


def make_inputs(network: BinaryNetwork, count: int, seed: int = 1) -> torch.Tensor:
    """Random inputs: float [count, elements], 0 to maximum."""
    generator = torch.Generator().manual_seed(seed)
    size = (count, network.hidden[0].linear.inputs)
    return torch.randint(0, network.maximum + 1, size, generator=generator).float()


def make_network(
    hidden: tuple[int, ...] = (37, 20), probability: float | list[float] = 0.3, seed: int = 0
) -> BinaryNetwork:
    """A finished network of odd sizes, so that every bit row has padding lanes."""
    torch.manual_seed(seed)
    network = BinaryNetwork((3, 5, 1), 7, hidden, 3, probability)
    randomize(network, seed)
    return finish(network, make_inputs(network, 200), torch.Generator().manual_seed(seed))


@pytest.fixture
def network() -> BinaryNetwork:
    return make_network()


@pytest.fixture
def inputs(network: BinaryNetwork) -> torch.Tensor:
    return make_inputs(network, 40)
