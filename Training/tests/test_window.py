# SPDX-License-Identifier: Apache-2.0
"""Convolutions see the positions that the format says (SPEC.md, 3.9)."""

import itertools

import pytest
import torch

from baynn_training.layers.window import Window, plan_window


def defined_sums(window: Window, x, weights, keep=None):
    """z by the text of the specification. x: [C, H, W]; weights: [m, C, kh, kw]; keep: bool
    [taps, C]. Returns [m, height, width]."""
    z = torch.zeros(len(weights), *window.size)
    (height, width), taps = x.shape[1:], list(itertools.product(*map(range, window.kernel)))
    for oy, ox in itertools.product(*map(range, window.size)):
        for tap, (ky, kx) in enumerate(taps):
            if window.transposed:
                ty = oy + window.pad[0] - ky * window.dilation[0]
                tx = ox + window.pad[1] - kx * window.dilation[1]
                if ty < 0 or tx < 0 or ty % window.stride[0] or tx % window.stride[1]:
                    continue
                iy, ix = ty // window.stride[0], tx // window.stride[1]
            else:
                iy = oy * window.stride[0] + ky * window.dilation[0] - window.pad[0]
                ix = ox * window.stride[1] + kx * window.dilation[1] - window.pad[1]
            if 0 <= iy < height and 0 <= ix < width:
                seen = x[:, iy, ix] if keep is None else x[:, iy, ix] * keep[tap]
                z[:, oy, ox] += weights[:, :, ky, kx] @ seen
    return z


CASES = [
    ((6, 7), 3, 1, "same", 1, False),
    ((6, 7), 3, 2, "same", 1, False),
    ((6, 7), 2, 2, "same", 1, False),
    ((6, 7), (1, 4), (1, 3), "same", (1, 2), False),
    ((6, 7), 1, 3, "same", 1, False),
    ((6, 7), 3, 1, "valid", 2, False),
    ((6, 7), 3, 2, 2, 1, False),
    ((6, 7), 3, 1, (0, 5), 1, False),
    ((6, 7), None, 1, "same", 1, False),
    ((3, 4), 3, 2, "same", 1, True),
    ((3, 4), 2, 2, "same", 1, True),
    ((3, 4), 4, (1, 3), "same", 1, True),
    ((3, 4), 1, 2, "same", 1, True),
    ((3, 4), 3, 2, "valid", 2, True),
    ((3, 4), 3, 1, 1, 1, True),
]


@pytest.mark.parametrize(("source", "kernel", "stride", "padding", "dilation", "transposed"), CASES)
def test_sums_and_patches_are_the_definition(source, kernel, stride, padding, dilation, transposed):
    torch.manual_seed(0)
    window = plan_window(source, kernel, stride, padding, dilation, transposed)
    x = torch.randint(-3, 4, (2, 3, *source)).float()
    weights = torch.randint(-3, 4, (4, 3, *window.kernel)).float()
    expected = torch.stack([defined_sums(window, row, weights) for row in x])
    assert torch.equal(window.sums(x, weights), expected)
    patches = window.patches(x)
    assert torch.equal((weights.flatten(1) @ patches).view(expected.shape), expected)


def test_sizes():
    assert plan_window((7, 8), 3, 2).size == (4, 4)
    assert plan_window((7, 8), 3, 2, "valid").size == (3, 3)
    assert plan_window((7, 8), 3, 2, transposed=True).size == (14, 16)
    assert plan_window((7, 8), None).size == (1, 1)
    assert plan_window((7, 8), 2, 2, "valid", transposed=True).size == (14, 16)


def test_impossible_windows_are_refused():
    with pytest.raises(ValueError, match="leaves nothing"):
        plan_window((3, 3), 5, 1, "valid")
    with pytest.raises(ValueError, match='padding "full"'):
        plan_window((3, 3), 3, 1, "full")
