// SPDX-License-Identifier: Apache-2.0

/// The integers from `start` up to, not including, `end`; none if that is not above it.
///
/// Why not `start..<end`: it checks its bounds, and every check is a trap in the code of
/// a library that must have none.
@inline(__always)
package func indices(from start: Int = 0, _ end: Int) -> Range<Int> {
  Range(uncheckedBounds: (start, max(start, end)))
}

extension UInt32 {
  /// A value below 2^31, as an index or a size.
  @inline(__always)
  package var int: Int { Int(truncatingIfNeeded: self) }
}

extension UnsafeMutablePointer {
  /// Sets the first `count` values; like `update(repeating:count:)`, but without a check.
  @inline(__always)
  package func fill(_ value: Pointee, count: Int) {
    for i in indices(count) { self[i] = value }
  }

  /// Copies the first `count` values; like `update(from:count:)`, but without a check.
  @inline(__always)
  package func copy(_ source: UnsafePointer<Pointee>, count: Int) {
    for i in indices(count) { self[i] = source[i] }
  }
}

extension UnsafeMutablePointer<UInt32> {
  /// True if the first `count` words are the same.
  package func equals(_ other: UnsafePointer<UInt32>, count: Int) -> Bool {
    for i in indices(count) where self[i] != other[i] { return false }
    return true
  }
}
