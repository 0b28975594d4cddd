// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// How much of a posterior has been evaluated.
struct Coverage {
  /// Sum of the leaves' weights, at most 2^31.
  private(set) var total: UInt64 = 0
  private(set) var leaves: UInt32 = 0
  private(set) var samples: UInt32 = 0
  /// Q31.
  private(set) var mass: UInt32 = 0

  mutating func add(_ leaf: LeafSequence) {
    total &+= leaf.weight.wide
    samples &+= leaf.samples
    guard !leaf.isRepeated else { return }
    leaves &+= 1
    mass &+= leaf.mass
  }

  /// floor(sum / total); something must have been added.
  @inline(never)
  func mean(_ sum: UInt64) -> UInt64 {
    // Often a power of two, and a division of 64 bits is long work on a small machine.
    if total & (total &- 1) == 0 { return sum &>> total.trailingZeroBitCount.wide }
    return sum / total
  }

  /// floor(sum / total) of a signed sum.
  func mean(_ sum: Int64) -> Int64 {
    guard sum < 0 else { return Int64(bitPattern: mean(UInt64(bitPattern: sum))) }
    // floor(-s / t) = -ceil(s / t) = ~floor((s - 1) / t).
    return ~Int64(bitPattern: mean(UInt64(bitPattern: ~sum)))
  }
}
