# SPDX-License-Identifier: Apache-2.0
"""Fashion-MNIST: pictures of clothes."""

from ..data import Data
from ..graph import Graph
from ..training import Budget
from .recipe import Recipe, block_options


def build(data: Data, method: str) -> Graph:
    graph = Graph(data.shape)
    options = block_options(method)
    x = graph.block(graph.input, 40, kernel=5, stride=2, **options)
    x = graph.block(x, 64, kernel=3, stride=2, **options)
    x = graph.block(x, 384, kernel=None, **options)
    graph.classify(x, 10)
    return graph


RECIPE = Recipe(
    task="fashion",
    title="pictures of clothes",
    kind="classification",
    labels=(
        "T-shirt/top", "trouser", "pullover", "dress", "coat",
        "sandal", "shirt", "sneaker", "bag", "ankle boot",
    ),
    budget=Budget(epochs=4, batch=100, learning_rate=5e-3, checkpoint_epochs=1),
    build=build,
    outline="28x28 - 40 maps, 5x5, stride 2 - 64 maps, 3x3, stride 2 - dense 384 - 10.",
    source="""Fashion-MNIST (H. Xiao, K. Rasul, R. Vollgraf; Zalando, MIT): 70,000 grey pictures of
    28 x 28 pixels, background 0. Strange inputs: MNIST, the held-out pictures on their side, and
    uniform noise.""",
    split="""The 10,000 official test pictures are held out. Of the 60,000 others 5,000, drawn once
    with a fixed seed, set the abstain threshold and do nothing else; 55,000 train.""",
    preparation="Pixels enter the network as they are, without any augmentation.",
    limits=(
        "Only for single pieces on a background of 0, like those of the data.",
        "Shirts, T-shirts, coats and pullovers are confused with each other, as by all models.",
        """The leaves share all weights and disagree little: see the rows of both measures, and
        those of the deterministic twin, before you rely on one of them.""",
    ),
    failures=("Nothing else was tried within this budget.",),
)
