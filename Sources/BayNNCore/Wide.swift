// SPDX-License-Identifier: Apache-2.0

extension UInt32 {
  /// The value in 64 bits.
  ///
  /// Why not `UInt64(x)`: on 32-bit machines that goes through generic code which names
  /// an array type, and the library is compiled without allocations.
  @inlinable @inline(__always)
  package var wide: UInt64 { unsafeBitCast((self, 0 as UInt32), to: UInt64.self) }

  /// The upper half of a value of 64 bits.
  @inlinable @inline(__always)
  package init(upperHalf value: UInt64) { self.init(truncatingIfNeeded: value &>> 32) }
}

extension Int {
  /// A value that is neither negative nor above UInt32.max, in 64 bits.
  @inlinable @inline(__always)
  package var wide: UInt64 { UInt32(truncatingIfNeeded: self).wide }
}
