# SPDX-License-Identifier: Apache-2.0
"""CIFAR-10: small colour pictures, a residual network."""

from ..data import Data
from ..data.cifar10 import CLASSES
from ..graph import Graph
from ..training import Budget
from .augment import PictureAugmentation
from .recipe import Recipe, block_options


def _residual(graph: Graph, source: int, channels: int, stride: int, options: dict) -> int:
    """sign(BN(convolution) + shortcut): what is added is real, what is convolved are signs."""
    inner = graph.block(source, channels, kernel=3, stride=stride, **options)
    long = graph.affine(graph.convolution(inner, channels, kernel=3))
    short = graph.affine(graph.convolution(source, channels, kernel=stride, stride=stride))
    return graph.sign(graph.add(long, short))


def build(data: Data, method: str) -> Graph:
    graph = Graph(data.shape, signed_input=True)
    options = block_options(method)
    fixed = block_options(method, is_random=False)
    x = graph.block(graph.input, 48, kernel=5, stride=2, **fixed)
    x = _residual(graph, x, 64, 2, options)
    x = _residual(graph, x, 128, 2, options)
    graph.classify(x, 10)
    return graph


RECIPE = Recipe(
    task="cifar10",
    title="small colour pictures",
    kind="classification",
    labels=tuple(CLASSES),
    budget=Budget(epochs=12, batch=100, learning_rate=3e-3, checkpoint_epochs=1),
    build=build,
    augment=PictureAugmentation(),
    outline="""32x32x3 - 48 maps, 5x5, stride 2 - two residual stages of two 3x3 convolutions and a
    shortcut (64 maps on 8x8, 128 on 4x4) - 10.""",
    source="""CIFAR-10 (A. Krizhevsky, 2009): 60,000 colour pictures of 32 x 32 pixels, here from
    JPEG files, which are lossy (median 30.5 dB): no figure below is one of the original pixels.
    Strange inputs: MNIST and Fashion-MNIST with a border and three equal channels, and uniform
    noise.""",
    split="""The 10,000 official test pictures are held out. Of the 50,000 others 5,000, drawn once
    with a fixed seed, set the abstain threshold and do nothing else; 45,000 train.""",
    preparation="""Pixels enter the network as they are; training mirrors half of the pictures and
    moves each by up to 3 pixels.""",
    limits=(
        """A network for two processor cores and minutes: far below what binary networks reach on
        CIFAR-10 with a GPU and hundreds of epochs.""",
    ),
    failures=(
        """Three stages and twice the channels (170 KB of weights): given up unfinished, at several
        minutes an epoch.""",
    ),
)
