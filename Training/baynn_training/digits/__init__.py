"""The digits model: 8 x 8 handwritten digits."""
