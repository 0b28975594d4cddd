// SPDX-License-Identifier: Apache-2.0

/// The area under the receiver operating characteristic: the probability that a random
/// score from `outside` exceeds one from `inside`, ties counting one half (Mann-Whitney).
///
/// 1 separates perfectly, 0.5 not at all.
///
/// - Parameters:
///   - inside: scores of in-distribution inputs, in any order; none is NaN.
///   - outside: scores of the others.
/// - Returns: nil if either is empty.
func areaUnderCurve(inside: [Double], outside: [Double]) -> Double? {
  guard !inside.isEmpty, !outside.isEmpty else { return nil }
  let inside = inside.sorted()
  let outside = outside.sorted()
  // Walks through equal scores together. Wins are counted in halves, so that the sum is an
  // integer and exact.
  var (i, o) = (0, 0)
  var halfWins = 0.0
  while o < outside.count {
    let score = outside[o]
    while i < inside.count, inside[i] < score { i += 1 }
    var ties = 0
    while i + ties < inside.count, inside[i + ties] == score { ties += 1 }
    while o < outside.count, outside[o] == score {
      halfWins += Double(2 * i + ties)
      o += 1
    }
  }
  return halfWins / 2 / Double(inside.count) / Double(outside.count)
}
