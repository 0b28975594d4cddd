// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// How often something happens that has the same small probability q in every cell of a long
/// row: -ln(1 - q) a cell, Q40.
///
/// Why this and not q: an exponential draw of mean 1 that shrinks by the rate of each cell
/// passed is used up in a cell with a probability of just q. So one draw finds the next event,
/// over cells of any number and of different probabilities, and the cost is that of the
/// events, not of the cells.
package struct EventRate: Equatable {
  /// At most 2^45.
  package let perCell: UInt64

  private init(perCell: UInt64) { self.perCell = perCell }

  /// Never.
  package static var zero: EventRate { EventRate(perCell: 0) }
  /// In every cell: an exponential draw is below 22.
  package static var certain: EventRate { EventRate(perCell: 0x2000_0000_0000) }

  /// 1 in Q40.
  private static var one: UInt64 { 0x100_0000_0000 }

  /// The rate of a probability in Q40, at most 1: within a millionth of itself.
  package init(probability: UInt64) {
    guard probability < EventRate.one else {
      self = .certain
      return
    }
    guard probability < EventRate.one / 64 else {
      let rest = UInt32(truncatingIfNeeded: (EventRate.one &- probability) &>> 9)
      perCell = FixedPoint.negatedLogarithm(max(1, rest)).wide &<< 13
      return
    }
    // q + q^2 / 2 + q^3 / 3 + q^4 / 4: what is left out is below q^5 / 4.
    let q = probability &>> 8  // Q32, below 2^26; what follows is Q40
    let square = (q &* q) &>> 24
    let cube = (square &* q) &>> 32
    let fourth = (cube &* q) &>> 32
    perCell = probability &+ square &>> 1 &+ cube / 3 &+ fourth &>> 2
  }

  /// The rate of a probability in parts per million, at most 1000000.
  package init(ppm: UInt32) {
    self.init(probability: (ppm.wide &<< 40) / 1_000_000)
  }

  /// The rate of `SwitchingLaw` without a current: `nanoseconds` of waiting for a state that
  /// flips once in exp(`stability`) nanoseconds on average.
  ///
  /// - Parameter stability: Q8, at most 65536; 0 stands for states that never change.
  package init(nanoseconds: UInt64, stability: UInt32) {
    guard nanoseconds > 0, stability > 0 else {
      self = .zero
      return
    }
    // Stability is at most 2^16.
    let log = logarithm(nanoseconds, fraction: 0) &- Int64(bitPattern: stability.wide &<< 19)
    let rate = ScaledPower(ofQ27: log).times(1, fraction: -40)
    perCell = min(rate, EventRate.certain.perCell)
  }
}
