// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A sum of products of 64 and 32 bits, in 96 bits: upper * 2^32 + lower.
///
/// It saturates in `upper`, which is far beyond what `thousandths` can say, and so changes no
/// result.
struct WideSum {
  private var upper: UInt64 = 0
  private var lower: UInt32 = 0

  init() {}

  init(_ count: UInt64, times cost: UInt32) {
    // At most (2^32 - 1)^2 each.
    let low = UInt32(truncatingIfNeeded: count).wide &* cost.wide
    let high = UInt32(upperHalf: count).wide &* cost.wide
    // At most (2^32 - 1)^2 + 2^32 - 1 < 2^64.
    upper = high &+ UInt32(upperHalf: low).wide
    lower = UInt32(truncatingIfNeeded: low)
  }

  /// Adds `count` operations of a cost each; a thousandth of their product.
  mutating func add(_ count: UInt64, times cost: UInt32) -> UInt64 {
    let product = WideSum(count, times: cost)
    add(product)
    return product.thousandths
  }

  mutating func add(_ other: WideSum) {
    // At most 2^33.
    let low = lower.wide &+ other.lower.wide
    lower = UInt32(truncatingIfNeeded: low)
    let carry = UInt32(upperHalf: low).wide
    let first = upper.addingReportingOverflow(other.upper)
    let second = first.partialValue.addingReportingOverflow(carry)
    upper = first.overflow || second.overflow ? .max : second.partialValue
  }

  /// A thousandth of it, rounded down; UInt64.max if it is more than that.
  var thousandths: UInt64 {
    let quotient = upper / 1000
    guard UInt32(upperHalf: quotient) == 0 else { return .max }
    // Below 1000, so the second quotient is below 2^32.
    let rest = upper &- quotient &* 1000
    let last = (rest &<< 32 | lower.wide) / 1000
    return quotient &<< 32 | last
  }
}
