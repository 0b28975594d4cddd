// SPDX-License-Identifier: Apache-2.0

extension Int32 {
  /// The value in 64 bits. Why not `Int64(x)`: as with `UInt32.wide`.
  @inlinable @inline(__always)
  package var wide: Int64 {
    unsafeBitCast((UInt32(bitPattern: self), self &>> 31), to: Int64.self)
  }

  /// The lower half of a value of 64 bits.
  @inlinable @inline(__always)
  package init(lowerHalf value: Int64) { self.init(truncatingIfNeeded: value) }
}

/// floor(a * b / 2^16).
@inlinable @inline(__always)
package func scaled(_ a: Int32, by b: Int32) -> Int32 {
  Int32(lowerHalf: (a.wide &* b.wide) &>> 16)
}

/// The largest integer whose square is at most `value`.
package func squareRoot(_ value: UInt64) -> UInt32 {
  var rest = value
  var root: UInt64 = 0
  var bit: UInt64 = 0x4000_0000_0000_0000
  // 32 steps: one bit of the root each.
  while bit != 0 {
    let trial = root &+ bit
    root &>>= 1
    if rest >= trial {
      rest &-= trial
      root &+= bit
    }
    bit &>>= 2
  }
  return UInt32(truncatingIfNeeded: root)
}
