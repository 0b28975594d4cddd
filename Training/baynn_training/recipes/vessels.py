# SPDX-License-Identifier: Apache-2.0
"""Vessels of the retina: a small U-Net says of each position whether it is a vessel."""

from ..data import Data
from ..graph import Graph
from ..training import Budget
from .recipe import Recipe, block_options


def build(data: Data, method: str) -> Graph:
    """Random where the map is smallest: the leaves share the first layers. Affine Dropout,
    which has two sites a block, is in one of these blocks, so all have 4 leaves at most."""
    graph = Graph(data.shape, signed_input=True)
    options = block_options(method)
    fixed = block_options(method, is_random=False)
    fine = graph.block(graph.input, 16, kernel=5, **fixed)
    middle = graph.block(fine, 32, kernel=3, stride=2, **fixed)
    first = fixed if method == "affine" else options
    coarse = graph.block(middle, 48, kernel=3, stride=2, **first)
    coarse = graph.block(coarse, 48, kernel=3, **options)
    up = graph.concatenate(graph.upsample(coarse, 2), middle)
    up = graph.block(up, 32, kernel=3, **fixed)
    up = graph.concatenate(graph.upsample(up, 2), fine)
    up = graph.block(up, 16, kernel=3, **fixed)
    graph.classify(up, 2, per_position=True)
    return graph


RECIPE = Recipe(
    task="vessels",
    title="tiles of retina pictures",
    kind="map",
    labels=("background", "vessel"),
    budget=Budget(epochs=6, batch=20, learning_rate=4e-3, checkpoint_epochs=1),
    build=build,
    outline="""64x64 - 16 maps, 5x5 - 32, stride 2 - 48, stride 2 - 48 - doubled, joined with the 32
    - 32 - doubled, joined with the 16 - 16 - 2 classes for each position; a small U-Net
    (O. Ronneberger et al., 2015).""",
    source="""DRIVE (J. Staal et al., 2004; for research): 40 pictures of the retina, 565 x 584
    pixels, with the vessels drawn by a first observer. Strange inputs: held-out tiles with their
    pixels shuffled, inverted ones, and uniform noise.""",
    split="""The 20 official test pictures are held out, the last 4 of the 20 others set the abstain
    threshold and do nothing else, 16 train: 100 tiles of each, at random places, turned and
    mirrored. Held-out pictures are cut into tiles every 48 pixels; the middle 48 x 48 of each is
    scored, inside the field of view only, so every pixel counts once.""",
    preparation="""The green channel less its mean in a 33 x 33 square, times 3, around 128; 128
    outside the field of view.""",
    limits=(
        """No medical device. One camera, one observer; vessels of one pixel are often missed.""",
        """The threshold is on the mean entropy of a tile, outside the field of view included: a
        tile of nothing but background is certain, and a tile full of vessels less so.""",
    ),
    failures=("Nothing else was tried within this budget.",),
)
