# SPDX-License-Identifier: Apache-2.0
"""Inputs of our own making, which any image may carry as known answers."""

import numpy as np


def known_inputs(shape: tuple[int, int, int]) -> list[np.ndarray]:
    """Four patterns, u8 [height * width * channels] each: waves, a blob on a background of 0,
    smooth noise around 128, and noise."""
    height, width, channels = shape
    y, x, c = np.meshgrid(
        np.arange(height) / height, np.arange(width) / width, np.arange(channels), indexing="ij"
    )
    generator = np.random.Generator(np.random.Philox(key=20260101))
    wave = 128 + 100 * np.sin(2 * np.pi * (3 * x + 2 * y) + c)
    distance = (x - 0.45) ** 2 + (y - (0.5 if height > 1 else 0)) ** 2
    blob = 255 * np.exp(-distance / 0.03) * (distance < 0.12)
    white = generator.standard_normal((height, width, channels))
    steps = max(4, width // 8)
    kernel = np.ones(steps) / np.sqrt(steps)
    smooth = np.apply_along_axis(lambda row: np.convolve(row, kernel, "same"), 1, white)
    noise = generator.integers(0, 256, (height, width, channels))
    patterns = (wave, blob, 128 + 40 * smooth, noise)
    return [np.rint(p).clip(0, 255).astype(np.uint8).ravel() for p in patterns]
