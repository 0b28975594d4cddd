// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// What a session says about an input.
package struct Prediction: Equatable {
  package var label: UInt32 = 0
  package var leaves: UInt32 = 0
  package var samples: UInt32 = 0
  package var probability: UInt32 = 0
  /// Nats, Q16.16.
  package var entropy: UInt32 = 0
  package var mutualInformation: UInt32 = 0
  /// Q31.
  package var mass: UInt32 = 0
}

/// The weighted average over leaves (SPEC section 5), in sums of integers: their order
/// cannot change a bit.
struct Average {
  /// Sum over leaves of weight * probability, one a class; total weight <= 2^31 and
  /// probability <= 2^31, so below 2^63.
  private let sums: UnsafeMutablePointer<UInt64>
  private let classes: Int
  private var total: UInt64 = 0
  /// Without any weight there is nothing to average.
  var hasWeight: Bool { total > 0 }
  /// Sum of weight * entropy, below 2^31 * 2^31.
  private var entropies: UInt64 = 0
  private(set) var leaves: UInt32 = 0
  private var samples: UInt32 = 0
  private var mass: UInt32 = 0

  init(sums: UnsafeMutablePointer<UInt64>, classes: Int) {
    self.sums = sums
    self.classes = classes
  }

  mutating func clear() {
    self = Average(sums: sums, classes: classes)
    sums.fill(0, count: classes)
  }

  /// Adds a leaf with probabilities in Q31 and entropy in Q27.
  mutating func add(
    _ probabilities: UnsafePointer<UInt32>, entropy: UInt32, leaf: LeafSequence
  ) {
    let weight = leaf.weight.wide
    for k in indices(classes) { sums[k] &+= weight &* probabilities[k].wide }
    entropies &+= weight &* entropy.wide
    total &+= weight
    leaves &+= 1
    samples &+= leaf.samples
    mass &+= leaf.sites.mass(leaf.mask)
  }

  /// Probability of a class in Q31.
  func probability(_ k: Int) -> UInt32 { UInt32(truncatingIfNeeded: mean(sums[k])) }

  @inline(never)
  private func mean(_ sum: UInt64) -> UInt64 {
    // Often a power of two, and a division of 64 bits is long work on a small machine.
    if total & (total &- 1) == 0 { return sum &>> total.trailingZeroBitCount.wide }
    return sum / total
  }

  func prediction() -> Prediction {
    var result = Prediction(leaves: leaves, samples: samples, mass: mass)
    // Sum of p * -ln p with p <= 2^31 in all and -ln p < 2^32.
    var sum: UInt64 = 0
    for k in indices(classes) {
      let p = probability(k)
      if p > result.probability {
        result.probability = p
        result.label = UInt32(truncatingIfNeeded: k)
      }
      if p > 0 { sum &+= p.wide &* FixedPoint.negatedLogarithm(p).wide }
    }
    let entropy = UInt32(truncatingIfNeeded: sum &>> 31)
    let expected = UInt32(truncatingIfNeeded: mean(entropies))
    result.entropy = (entropy &+ 1 << 10) >> 11
    let information = entropy > expected ? entropy &- expected : 0
    result.mutualInformation = (information &+ 1 << 10) >> 11
    return result
  }
}
