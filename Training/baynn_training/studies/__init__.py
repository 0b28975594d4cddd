# SPDX-License-Identifier: Apache-2.0
"""Comparisons of methods and of normalizations: many short trainings on equal terms.

python -m baynn_training.studies.methods and python -m baynn_training.studies.robustness
"""
