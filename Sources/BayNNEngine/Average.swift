// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// The weighted average over leaves of class probabilities at each position (SPEC section
/// 5), in sums of integers: their order cannot change a bit.
struct Average {
  /// Sum over leaves of weight * probability, for each position and class; total weight
  /// <= 2^31 and probability <= 2^31, so below 2^63.
  private let sums: UnsafeMutablePointer<UInt64>
  /// Sum of weight * entropy of each position, below 2^31 * 2^31.
  private let entropies: UnsafeMutablePointer<UInt64>
  let classes: Int
  let positions: Int

  init(classes: Int, positions: Int, arena: inout Arena) {
    sums = arena.takeData(UInt64.self, count: positions &* classes)
    entropies = arena.takeData(UInt64.self, count: positions)
    self.classes = classes
    self.positions = positions
  }

  func clear() {
    sums.fill(0, count: positions &* classes)
    entropies.fill(0, count: positions)
  }

  /// Adds probabilities in Q31 and entropy in Q27 of a leaf at a position.
  func add(
    _ probabilities: UnsafePointer<UInt32>, entropy: UInt32, at position: Int, weight: UInt32
  ) {
    let weight = weight.wide
    let first = position &* classes
    for k in indices(classes) { sums[first &+ k] &+= weight &* probabilities[k].wide }
    entropies[position] &+= weight &* entropy.wide
  }

  /// Probability in Q31 of class `index` mod classes at position `index` div classes.
  func probability(_ index: Int, _ coverage: Coverage) -> UInt32 {
    UInt32(truncatingIfNeeded: coverage.mean(sums[index]))
  }

  /// The prediction of one position.
  @inline(never)
  func prediction(at position: Int, _ coverage: Coverage) -> Prediction {
    var result = Prediction(
      leaves: coverage.leaves, samples: coverage.samples, mass: coverage.mass)
    // Sum of p * -ln p with p <= 2^31 in all and -ln p < 2^32.
    var sum: UInt64 = 0
    for k in indices(classes) {
      let p = probability(position &* classes &+ k, coverage)
      if p > result.probability {
        result.probability = p
        result.label = UInt32(truncatingIfNeeded: k)
      }
      if p > 0 { sum &+= p.wide &* FixedPoint.negatedLogarithm(p).wide }
    }
    let entropy = UInt32(truncatingIfNeeded: sum &>> 31)
    let expected = UInt32(truncatingIfNeeded: coverage.mean(entropies[position]))
    result.entropy = (entropy &+ 1 << 10) >> 11
    let information = entropy > expected ? entropy &- expected : 0
    result.mutualInformation = (information &+ 1 << 10) >> 11
    return result
  }

  /// The prediction of a map: means over its positions, of which there are several.
  func predictionOfAll(_ coverage: Coverage) -> Prediction {
    var result = prediction(at: 0, coverage)
    // At most 2^24 positions of below 2^32 each.
    var entropy: UInt64 = 0
    var information: UInt64 = 0
    for position in indices(positions) {
      let one = prediction(at: position, coverage)
      entropy &+= one.entropy.wide
      information &+= one.mutualInformation.wide
    }
    result.entropy = mean(entropy)
    result.mutualInformation = mean(information)
    result.probability = 0
    for k in indices(classes) {
      var sum: UInt64 = 0
      for position in indices(positions) {
        sum &+= probability(position &* classes &+ k, coverage).wide
      }
      if mean(sum) > result.probability {
        result.probability = mean(sum)
        result.label = UInt32(truncatingIfNeeded: k)
      }
    }
    return result
  }

  private func mean(_ sum: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: sum / max(1, positions).wide)
  }

  /// True if the leading class stays ahead of every other whatever leaves of `rest` weight
  /// in all are still to come: each adds at most its weight times 2^31 to one class. Another
  /// 2^31, which is at least the total, keeps it ahead when probabilities are rounded down.
  func leads(beyond rest: UInt32) -> Bool {
    var largest: UInt64 = 0
    var second: UInt64 = 0
    for k in indices(classes) {
      if sums[k] > largest {
        second = largest
        largest = sums[k]
      } else {
        second = max(second, sums[k])
      }
    }
    return largest &- second >= (rest.wide &+ 1) &<< 31
  }
}
