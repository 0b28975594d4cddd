// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// How often each class was the most probable one of a pass, and how likely it is that the
/// leading one has no majority among all networks of the posterior.
struct Votes {
  /// One count a class.
  private let counts: UnsafeMutablePointer<UInt32>
  private let classes: Int

  init(classes: Int, arena: inout Arena) {
    counts = arena.takeData(UInt32.self, count: classes)
    self.classes = classes
  }

  func clear() { counts.fill(0, count: classes) }

  /// Counts a pass with these probabilities.
  func add(_ probabilities: UnsafePointer<UInt32>) {
    var top = 0
    for k in indices(from: 1, classes) where probabilities[k] > probabilities[top] { top = k }
    counts[top] &+= 1
  }

  /// Probability in Q31 that at most half of all networks choose `label`, after `passes`
  /// passes and under a uniform prior: the passes are independent, so that it holds whenever
  /// one looks.
  func errorProbability(_ label: UInt32, passes: UInt32) -> UInt32 {
    let against = passes &- counts[label.int]
    let trials = passes &+ 1
    guard 2 &* against < trials else { return FixedPoint.one }
    return trials <= 60
      ? Votes.binomialTail(trials, against) : Votes.hoeffding(trials, against)
  }

  /// Sum over i up to `last` of (trials over i) / 2^trials: the posterior of a share with s
  /// successes and f failures is Beta(s + 1, f + 1), whose mass below one half this is.
  static func binomialTail(_ trials: UInt32, _ last: UInt32) -> UInt32 {
    // (60 over 30) < 2^57, times 60: below 2^63.
    var term: UInt64 = 1
    var sum: UInt64 = 1
    for i in indices(last.int) {
      let step = UInt32(truncatingIfNeeded: i)
      term = term &* (trials &- step).wide / (step &+ 1).wide
      sum &+= term
    }
    // Rounded up.
    if trials <= 31 { return UInt32(truncatingIfNeeded: sum &<< (31 &- trials).wide) }
    return UInt32(truncatingIfNeeded: sum &>> (trials &- 31).wide) &+ 1
  }

  /// Hoeffding's bound of the same: exp(-d^2 / (2 trials)), d = trials - 2 last > 0.
  static func hoeffding(_ trials: UInt32, _ last: UInt32) -> UInt32 {
    // d <= trials <= 2^13, so the quotient is below 2^32; Q20.
    let distance = (trials &- 2 &* last).wide
    let exponent = (distance &* distance) &<< 19 / max(1, trials).wide
    // The exponential is within 4 units.
    return FixedPoint.exponential(negated: UInt32(truncatingIfNeeded: exponent)) &+ 4
  }
}
