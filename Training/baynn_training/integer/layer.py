# SPDX-License-Identifier: Apache-2.0
"""What every layer of an integer network can be asked."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from .forms import Integers, TensorForm
from .methods import GAUSSIAN_BITS, GAUSSIAN_SCALE, NO_METHOD


class Layer(ABC):
    """Makes one tensor from one or two earlier ones.

    Tensors are int64 [..., height, width, channels]: codes hold x, integers themselves.
    """

    method: int = NO_METHOD

    @abstractmethod
    def sources(self, number: int) -> tuple[int, ...]:
        """Numbers of the tensors taken, if this is layer `number`, counted from 1."""

    @abstractmethod
    def output(self, *sources: TensorForm) -> TensorForm:
        """The form of the tensor made, from the forms of the sources."""

    @abstractmethod
    def evaluate(
        self,
        sources: Sequence[Integers],
        forms: Sequence[TensorForm],
        state: int,
        wide: Integers | None,
    ) -> Integers:
        """The tensor made.

        state: what the sites decided. wide: of a wide layer, [size] or [count, size]: True or 1
        for each row or channel dropped, or a Gaussian in Q16.16 for each channel.
        """

    @property
    def sites(self) -> tuple[int, ...]:
        """Q0.16 probability of each site, in order."""
        return ()

    @property
    def wide(self) -> int:
        """Decisions of a wide layer in a pass; 0 if the layer is not wide."""
        return 0

    @property
    def random_bits(self) -> int:
        """Random bits of a pass: one for each decision, 128 for each Gaussian."""
        bits = GAUSSIAN_BITS if self.method == GAUSSIAN_SCALE else 1
        return len(self.sites) + self.wide * bits
