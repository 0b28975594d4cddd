# SPDX-License-Identifier: Apache-2.0
"""Training that can be cut off at any time and goes on where it was."""

import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from .finishing import finish
from .network import BinaryNetwork

Augment = Callable[[Tensor, torch.Generator], Tensor]


@dataclass(frozen=True)
class Budget:
    """epochs; batch: samples of a step; learning_rate: of Adam, at the start of one
    cosine period; label_smoothing: 0 to 1; checkpoint_epochs: how often a checkpoint is
    written."""

    epochs: int = 1000
    batch: int = 64
    learning_rate: float = 1e-2
    label_smoothing: float = 0.0
    checkpoint_epochs: int = 50


class _Run:
    """Everything that a checkpoint holds."""

    def __init__(self, network: BinaryNetwork, budget: Budget, steps: int, seed: int) -> None:
        self.network = network
        self.generator = torch.Generator().manual_seed(seed)
        self.optimizer = torch.optim.Adam(network.parameters(), lr=budget.learning_rate, fused=True)
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, steps)
        self.epoch = 0

    def save(self, path: Path, recipe: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        state = {
            "recipe": recipe,
            "epoch": self.epoch,
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "generator": self.generator.get_state(),
        }
        torch.save(state, partial)
        partial.replace(path)

    def load(self, path: Path, recipe: str) -> None:
        try:
            state = torch.load(path, weights_only=True)
        except Exception as error:
            raise ValueError(f"{path} is no checkpoint, or damaged: delete it") from error
        if state["recipe"] != recipe:
            raise ValueError(f"{path} is a checkpoint of another recipe: delete it")
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.generator.set_state(state["generator"])
        self.epoch = state["epoch"]


def _train_epoch(run: _Run, x: Tensor, y: Tensor, budget: Budget, augment: Augment | None) -> float:
    """Returns the mean loss in nats. The last, smaller batch is left out: batch
    normalization would see too few samples in it."""
    run.network.train()
    batch = budget.batch
    order = torch.randperm(len(x), generator=run.generator)
    inputs = x if augment is None else augment(x, run.generator)
    losses = []
    for indices in order[: len(x) // batch * batch].split(batch):
        logits = run.network(inputs[indices], run.network.draw(batch, run.generator))
        loss = functional.cross_entropy(logits, y[indices], label_smoothing=budget.label_smoothing)
        run.optimizer.zero_grad()
        loss.backward()
        run.optimizer.step()
        run.network.clip_latent()
        run.schedule.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


def train(
    make_network: Callable[[], BinaryNetwork],
    x: Tensor,
    y: Tensor,
    seed: int,
    budget: Budget,
    augment: Augment | None = None,
    checkpoint: Path | None = None,
    title: str = "training",
) -> BinaryNetwork:
    """Trains a network from a seed and finishes it: the result can be exported.

    make_network: called after torch's generator has been seeded.
    x: float [count, elements], integers; y: int64 [count].
    checkpoint: a file to write, and to go on from if it exists; one of another network,
    budget or data is refused.
    """
    if len(x) < budget.batch:
        raise ValueError(f"{len(x)} training inputs do not fill one batch of {budget.batch}")
    torch.manual_seed(seed)
    run = _Run(make_network(), budget, budget.epochs * (len(x) // budget.batch), seed)
    data = zlib.crc32(x.numpy().tobytes() + y.numpy().tobytes())
    recipe = f"{run.network} {budget} {augment} seed {seed} data {data:08x}"
    if checkpoint is not None and checkpoint.exists():
        run.load(checkpoint, recipe)
    with tqdm(total=budget.epochs, initial=run.epoch, desc=title, unit="epoch", leave=False) as bar:
        while run.epoch < budget.epochs:
            loss = _train_epoch(run, x, y, budget, augment)
            if not math.isfinite(loss):
                raise ValueError(f"{title}: the loss of epoch {run.epoch} is not finite")
            run.epoch += 1
            bar.update()
            bar.set_postfix(loss=f"{loss:.3f}")
            is_last = run.epoch == budget.epochs
            if checkpoint is not None and (is_last or run.epoch % budget.checkpoint_epochs == 0):
                run.save(checkpoint, recipe)
    return finish(run.network, x, run.generator)
