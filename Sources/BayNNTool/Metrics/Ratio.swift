// SPDX-License-Identifier: Apache-2.0

/// `part / whole`, or nil if there is nothing to divide by: a share of nothing is unknown,
/// not 0.
func ratio(_ part: Double, _ whole: Int) -> Double? {
  whole > 0 ? part / Double(whole) : nil
}

func ratio(_ part: Int, _ whole: Int) -> Double? {
  ratio(Double(part), whole)
}
