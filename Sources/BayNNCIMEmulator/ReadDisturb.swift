// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Which of the MTJs that are read, one after the other, is the next to be disturbed: geometric
/// distances instead of a draw for each.
struct ReadDisturb {
  /// MTJs to be read before that one.
  var distance = UInt64.max
  private var draws: UInt64 = 0
  private var skip = GeometricSkip(logRate: 0)

  init() {}

  init(_ settings: Settings) {
    guard settings.readDisturb != 0 else { return }
    skip = GeometricSkip(logRate: ReadDisturb.logRate(ppb: settings.readDisturb))
    distance = draw(settings)
  }

  /// Goes on to the next one.
  mutating func next(_ settings: Settings) { distance &+= 1 &+ draw(settings) }

  private mutating func draw(_ settings: Settings) -> UInt64 {
    let word = settings.words.word(.readDisturb, number: draws)
    draws &+= 1
    return skip.length(word)
  }

  /// ln(-ln(1 - p)) in Q27 for p = ppb / 10^9.
  private static func logRate(ppb: UInt32) -> Int64 {
    let billion: UInt64 = 1_000_000_000
    guard ppb < 1_000_000 else {
      let p = UInt32(truncatingIfNeeded: (ppb.wide &<< 31) / billion)
      return logarithm(
        FixedPoint.negatedLogarithm(max(1, FixedPoint.one &- p)).wide, fraction: 27)
    }
    // ln(p) + p / 2: the next term is below 10^-7.
    let half = Int64(bitPattern: (ppb.wide &<< 26) / billion)
    return logarithm(ppb.wide, fraction: 0) &- logarithm(billion, fraction: 0) &+ half
  }
}
