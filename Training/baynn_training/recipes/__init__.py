# SPDX-License-Identifier: Apache-2.0
"""One recipe for each task, and what they share: evaluation, card, plot, artifacts."""

from . import cifar10, co2, ecg, fashion, mnist, spoken_digits, vessels
from .recipe import METHODS, Recipe

_MODULES = (mnist, fashion, cifar10, spoken_digits, ecg, vessels, co2)
RECIPES: dict[str, Recipe] = {module.RECIPE.task: module.RECIPE for module in _MODULES}

__all__ = ["METHODS", "RECIPES", "Recipe"]
