// SPDX-License-Identifier: Apache-2.0

/// Softmax and entropy of one leaf, from logits in Q11.20 (SPEC section 4).
package enum Softmax {
  /// Turns logits into probabilities in place.
  ///
  /// - Parameters:
  ///   - values: `count` logits (i32 as bits) in; probabilities in Q31 out, which sum to
  ///     2^31 exactly.
  ///   - distances: room for `count` words.
  /// - Returns: the entropy in nats, Q27.
  package static func leaf(
    _ values: UnsafeMutablePointer<UInt32>, distances: UnsafeMutablePointer<UInt32>, count: Int
  ) -> UInt32 {
    var top = 0
    for k in indices(from: 1, count)
    where Int32(bitPattern: values[k]) > Int32(bitPattern: values[top]) {
      top = k
    }
    let largest = values[top]
    // At most 2^16 terms of at most 2^31 each.
    var sum: UInt64 = 0
    for k in indices(count) {
      let distance = largest &- values[k]
      let e = FixedPoint.exponential(negated: distance)
      distances[k] = distance
      values[k] = e
      sum &+= e.wide
    }
    // The sum has 32 bits or more, as its largest term is 2^31.
    let shift = UInt32(truncatingIfNeeded: 32 &- sum.leadingZeroBitCount)
    // Its top bit is set anyway: said again, so that nothing checks for a zero divisor.
    let mantissa = UInt32(truncatingIfNeeded: sum &>> shift.wide) | 1 << 31
    // At most 2^32 - 1.
    let reciprocal = UInt32(truncatingIfNeeded: 0x7FFF_FFFF_FFFF_FFFF / mantissa.wide)
    var rest: UInt32 = 0
    // Probabilities sum to 2^31 and distances are below 2^32.
    var mean: UInt64 = 0
    for k in indices(count) where k != top {
      let p = FixedPoint.mulHigh(values[k], reciprocal) &>> shift
      values[k] = p
      rest &+= p
      mean &+= p.wide &* distances[k].wide
    }
    values[top] = FixedPoint.one &- rest
    return shift &* FixedPoint.ln2
      &+ FixedPoint.logarithm(mantissa: mantissa)
      &+ UInt32(truncatingIfNeeded: mean &>> 24)
  }
}
