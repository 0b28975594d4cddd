# SPDX-License-Identifier: Apache-2.0
"""Trains, evaluates and exports the model of a task: python -m baynn_training.train TASK

The package has a function of the same name; so nothing is defined here.
"""

import sys

from .recipes.command import main

if __name__ == "__main__":
    sys.exit(main())
