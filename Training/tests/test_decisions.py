# SPDX-License-Identifier: Apache-2.0
"""Random decisions have the distributions of the runtime (SPEC.md, 3.8 and 5)."""

import pytest
import torch

from baynn_training.layers.decisions import (
    GAUSSIAN_MAXIMUM_Q16,
    DropDecisions,
    GaussianDecisions,
    SiteDecisions,
)

COUNT = 40000


def generator():
    return torch.Generator().manual_seed(0)


def test_states_of_sites_have_the_first_bit_on_top():
    site = SiteDecisions([0.2, 0.7])
    states = site.draw(COUNT, generator())
    shares = torch.bincount(states, minlength=4) / COUNT
    assert torch.allclose(shares, torch.tensor([0.24, 0.56, 0.06, 0.14]), atol=0.01)
    assert site.states == 4 and site.deterministic(3).tolist() == [0, 0, 0]


def test_rows_drop_independently():
    drops = DropDecisions(3, 0.3)
    drawn = drops.draw(COUNT, generator()).double()
    assert torch.allclose(drawn.mean(0), torch.full((3,), 0.3).double(), atol=0.01)
    assert torch.allclose(drawn.T.corrcoef(), torch.eye(3).double(), atol=0.02)
    assert not drops.deterministic(2).any()


def test_gaussians_are_those_of_the_runtime():
    gaussians = GaussianDecisions(4)
    drawn = gaussians.draw(COUNT, generator())
    real = drawn.double() / 65536
    # Means of 40,000 have a standard deviation of 0.005.
    assert torch.allclose(real.mean(0), torch.zeros(4).double(), atol=0.02)
    assert torch.allclose(real.std(0), torch.ones(4).double(), atol=0.02)
    assert (real**4).mean() == pytest.approx(2.85, abs=0.05)
    assert drawn.abs().max() <= GAUSSIAN_MAXIMUM_Q16
    assert torch.allclose(real.T.corrcoef(), torch.eye(4).double(), atol=0.02)
    assert not gaussians.deterministic(2).any()


def test_the_largest_gaussian():
    least, most = ((2 * 8 * half - 524280) * 40132 >> 16 for half in (0, 65535))
    assert max(-least, most) == GAUSSIAN_MAXIMUM_Q16


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, 2.0])
def test_impossible_probabilities_are_refused(probability):
    with pytest.raises(ValueError, match="not between 0 and 1"):
        SiteDecisions([probability])
    with pytest.raises(ValueError, match="not between 0 and 1"):
        DropDecisions(3, probability)
