# SPDX-License-Identifier: Apache-2.0
"""Training that can be cut off at any time and goes on where it was."""

import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from .finishing import finish
from .graph import Graph
from .losses import Classification, Loss, complexity
from .network import BinaryNetwork

Augment = Callable[[Tensor, torch.Generator], Tensor]
Network = BinaryNetwork | Graph


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

    def __init__(self, network: Network, budget: Budget, steps: int, seed: int) -> None:
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


def _train_epoch(
    run: _Run, x: Tensor, y: Tensor, budget: Budget, loss: Loss, augment: Augment | None, bar: tqdm
) -> float:
    """Returns the mean loss in nats. The last, smaller batch is left out: batch
    normalization would see too few samples in it."""
    run.network.train()
    batch = budget.batch
    order = torch.randperm(len(x), generator=run.generator)
    inputs = x if augment is None else augment(x, run.generator)
    losses = []
    for indices in order[: len(x) // batch * batch].split(batch):
        draws = run.network.draw(batch, run.generator)
        outputs = run.network(inputs[indices].float(), draws)
        value = loss(run.network, outputs, y[indices])
        run.optimizer.zero_grad()
        (value + complexity(run.network, len(x))).backward()
        run.optimizer.step()
        run.network.clip_latent()
        run.schedule.step()
        losses.append(value.item())
        bar.update()
    return sum(losses) / len(losses)


def train(
    make_network: Callable[[], Network],
    x: Tensor,
    y: Tensor,
    seed: int,
    budget: Budget,
    augment: Augment | None = None,
    checkpoint: Path | None = None,
    title: str = "training",
    loss: Loss | None = None,
) -> Network:
    """Trains a network from a seed and finishes it: the result can be exported.

    make_network: called after torch's generator has been seeded.
    x: [count, ...], integers, of any type; augment sees all of them, once an epoch.
    y: int64 [count], or what the loss takes.
    loss: see losses.py; None for the cross entropy, with the label smoothing of the budget.
    checkpoint: a file to write, and to go on from if it exists; one of another network,
    budget or data is refused.
    """
    if len(x) < budget.batch:
        raise ValueError(f"{len(x)} training inputs do not fill one batch of {budget.batch}")
    loss = Classification(budget.label_smoothing) if loss is None else loss
    torch.manual_seed(seed)
    steps = len(x) // budget.batch
    run = _Run(make_network(), budget, budget.epochs * steps, seed)
    data = zlib.crc32(y.numpy().tobytes(), zlib.crc32(x.numpy().tobytes()))
    recipe = f"{run.network} {budget} {loss} {augment} seed {seed} data {data:08x}"
    if checkpoint is not None and checkpoint.exists():
        run.load(checkpoint, recipe)
    bar = tqdm(
        total=budget.epochs * steps,
        initial=run.epoch * steps,
        desc=title,
        unit="step",
        leave=False,
        dynamic_ncols=True,
    )
    with bar:
        while run.epoch < budget.epochs:
            mean = _train_epoch(run, x, y, budget, loss, augment, bar)
            if not math.isfinite(mean):
                raise ValueError(f"{title}: the loss of epoch {run.epoch} is not finite")
            run.epoch += 1
            bar.set_postfix(epoch=run.epoch, loss=f"{mean:.3f}")
            is_last = run.epoch == budget.epochs
            if checkpoint is not None and (is_last or run.epoch % budget.checkpoint_epochs == 0):
                run.save(checkpoint, recipe)
    return finish(run.network, x, run.generator)
