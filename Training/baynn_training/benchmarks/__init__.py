# SPDX-License-Identifier: Apache-2.0
"""Speed of models on imperfect devices, beside peers: `make bench-arrays`."""
