// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// What a read gives that drives `rows` rows, of whose selected MTJs `count` are parallel.
struct ReadDistribution {
  private let effects: ReadEffects
  private let rows: Int
  private let mean: Int64
  private let deviation: Deviation

  init(_ effects: ReadEffects, rows: Int, count: Int) {
    self.effects = effects
    self.rows = rows
    mean = Int64(bitPattern: effects.mean(rows: rows, count: count).wide)
    deviation = effects.deviation(rows: rows, count: count)
  }

  /// Q31: the probability of `count` or more.
  func above(_ count: Int) -> UInt32 {
    guard count <= rows, let threshold = effects.threshold(rows: rows, count: count) else {
      return 0
    }
    return NormalTail.above(deviation.quotient(threshold &- mean))
  }

  /// Q31: the probability of less than `count`. Not one minus the other, so that it is exact
  /// where it is small.
  func below(_ count: Int) -> UInt32 {
    if count <= 0 { return 0 }
    guard let threshold = effects.threshold(rows: rows, count: count) else {
      return FixedPoint.one
    }
    return NormalTail.above(0 &- deviation.quotient(threshold &- mean))
  }
}
