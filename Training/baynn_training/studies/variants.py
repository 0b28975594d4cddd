# SPDX-License-Identifier: Apache-2.0
"""What is compared: one method and one normalization, in all hidden layers alike."""

from dataclasses import dataclass

PROBABILITY = 0.15
"""Of every drop, with every method that drops."""

COPIES = 4
"""Of the weights of each layer with SpinBayes."""


@dataclass(frozen=True)
class Variant:
    """norm, method: as `Graph.block` takes them."""

    title: str
    norm: str
    method: str

    @property
    def block_options(self) -> dict[str, object]:
        return {
            "norm": self.norm,
            "method": self.method,
            "probability": PROBABILITY,
            "copies": COPIES,
        }

    @property
    def plain_options(self) -> dict[str, object]:
        """Of a layer that has the norm, but nothing random."""
        return self.block_options | {"method": "none"}


VARIANTS = {
    "none": Variant("deterministic twin", "batch", "none"),
    "scale": Variant("Scale Dropout", "batch", "scale"),
    "affine": Variant("inverted norm, Affine Dropout", "inverted", "affine"),
    "spindrop": Variant("SpinDrop", "batch", "spindrop"),
    "spatial": Variant("Spatial-SpinDrop", "batch", "spatial"),
    "subset": Variant("sub-set inference", "batch", "subset"),
    "spinbayes": Variant("SpinBayes", "batch", "spinbayes"),
    "inverted": Variant("inverted norm alone", "inverted", "none"),
    "layer": Variant("LayerNorm", "layer", "none"),
}
