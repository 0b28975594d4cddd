# SPDX-License-Identifier: Apache-2.0
"""What a data set is here: parts of integers as the device will see them."""

from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

IGNORE = 255
"""Label of a position that no figure and no loss counts."""


class MissingData(ValueError):
    """Files that a task needs are not there; the text says where to get them."""


@dataclass(frozen=True)
class Part:
    """One part of a data set.

    x: u8 [count, height, width, channels], 0 to 255.
    y: int64 [count], classes; or u8 [count, height, width], classes and IGNORE; or
    float32 [count, outputs], in the unit of the outputs.
    """

    x: Tensor
    y: Tensor

    def __post_init__(self) -> None:
        if self.x.dtype != torch.uint8 or self.x.dim() != 4 or len(self.x) != len(self.y):
            raise ValueError("a part has inputs u8 [count, height, width, channels] and labels")

    def __len__(self) -> int:
        return len(self.y)

    def select(self, indices: Tensor | slice) -> "Part":
        return Part(self.x[indices], self.y[indices])


@dataclass(frozen=True)
class Data:
    """Training data, data for the abstain threshold alone, held-out data, and inputs that
    are none of the task: by name, u8 [count, height, width, channels].

    extra: what one task alone has: "errors of baselines", by name, [count, outputs] of the
    held-out data.
    """

    train: Part
    validation: Part
    test: Part
    outside: dict[str, Tensor]
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int, int]:
        return tuple(self.train.x.shape[1:])

    def reduced(self, count: int = 512) -> "Data":
        """The first inputs of each part, for trying things out."""
        first = slice(0, count)
        outside = {name: x[first] for name, x in self.outside.items()}
        parts = (part.select(first) for part in (self.train, self.validation, self.test))
        return Data(*parts, outside, self.extra)


def require(folder: Path, names: list[str], source: str) -> None:
    """Raises MissingData unless all files or folders are there. source: where to get them."""
    missing = [name for name in names if not (folder / name).exists()]
    if missing:
        raise MissingData(
            f"{folder} lacks {', '.join(missing[:4])}{' ...' if len(missing) > 4 else ''}. {source}"
        )


def split_validation(part: Part, count: int, seed: int) -> tuple[Part, Part]:
    """Takes `count` random inputs out of a part: returns the rest and those."""
    order = torch.randperm(len(part), generator=torch.Generator().manual_seed(seed))
    return part.select(order[count:]), part.select(order[:count])


def uniform_noise(shape: tuple[int, ...], seed: int) -> Tensor:
    """Independent bytes 0 to 255: u8 [*shape]."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)
