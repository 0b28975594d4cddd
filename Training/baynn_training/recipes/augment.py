# SPDX-License-Identifier: Apache-2.0
"""Random variations of training inputs. All take and return u8 [count, height, width,
channels], and follow their generator."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


def _uniform(count: int, generator: torch.Generator) -> Tensor:
    """[count, 1] between -1 and 1."""
    return 2 * torch.rand(count, 1, generator=generator) - 1


def _bytes(values: Tensor) -> Tensor:
    return values.round().clamp(0, 255).byte()


def _moved(x: Tensor, steps: Tensor) -> Tensor:
    """Shifts each row of [count, length] by a number of samples; its ends go on."""
    length = x.shape[1]
    return x.gather(1, (torch.arange(length) - steps).clamp(0, length - 1))


@dataclass(frozen=True)
class NoiseAugmentation:
    """deviation: standard deviation of the noise, codes."""

    deviation: float

    def __call__(self, x: Tensor, generator: torch.Generator) -> Tensor:
        return _bytes(x + self.deviation * torch.randn(x.shape, generator=generator))


@dataclass(frozen=True)
class PictureAugmentation:
    """Mirrors half of the pictures, and moves each by up to `shift` pixels both ways; what
    comes in is a mirror image of the border."""

    shift: int = 3

    def __call__(self, x: Tensor, generator: torch.Generator) -> Tensor:
        count, height, width, channels = x.shape
        pad = [self.shift] * 4
        padded = functional.pad(x.permute(0, 3, 1, 2).float(), pad, mode="reflect").byte()
        top, left = torch.randint(0, 2 * self.shift + 1, (2, count), generator=generator)
        mirror = torch.rand(count, generator=generator) < 0.5
        columns = torch.arange(width).expand(count, width)
        columns = torch.where(mirror[:, None], columns.flip(1), columns) + left[:, None]
        rows = torch.arange(height)[None] + top[:, None]
        picked = torch.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]
        return padded.permute(0, 2, 3, 1)[picked]


@dataclass(frozen=True)
class SoundAugmentation:
    """shift: samples, at most, each way. quieter: share of the loudness lost, at most.
    noise: standard deviation, at most."""

    shift: int = 400
    quieter: float = 0.5
    noise: float = 3.0

    def __call__(self, x: Tensor, generator: torch.Generator) -> Tensor:
        count, _, length, _ = x.shape
        steps = (self.shift * _uniform(count, generator)).round().long()
        sound = _moved(x.view(count, length), steps).float() - 128
        loudness = 1 - self.quieter * torch.rand(count, 1, generator=generator)
        noise = self.noise * torch.rand(count, 1, generator=generator)
        noise = noise * torch.randn(count, length, generator=generator)
        return _bytes(128 + sound * loudness + noise).view(x.shape)


@dataclass(frozen=True)
class CardiogramAugmentation:
    """shift: samples, at most, each way. amplitude: of the logarithm of the gain, standard
    deviation. noise: standard deviation, at most. wander: of the baseline, codes, at most."""

    shift: int = 3
    amplitude: float = 0.4
    noise: float = 4.0
    wander: float = 20.0

    def __call__(self, x: Tensor, generator: torch.Generator) -> Tensor:
        count, _, length, _ = x.shape
        steps = (self.shift * _uniform(count, generator)).round().long()
        beat = _moved(x.view(count, length), steps).float() - 128
        gain = (self.amplitude * torch.randn(count, 1, generator=generator)).exp()
        noise = self.noise * torch.rand(count, 1, generator=generator)
        noise = noise * torch.randn(count, length, generator=generator)
        phase, rate = (math.pi * _uniform(count, generator) for _ in range(2))
        baseline = (phase + rate * torch.linspace(0, 1, length)).sin()
        baseline = self.wander * torch.rand(count, 1, generator=generator) * baseline
        return _bytes(128 + beat * gain + noise + baseline).view(x.shape)
