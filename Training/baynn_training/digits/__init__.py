# SPDX-License-Identifier: Apache-2.0
"""The digits model: 8 x 8 handwritten digits."""
