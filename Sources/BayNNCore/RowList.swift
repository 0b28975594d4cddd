// SPDX-License-Identifier: Apache-2.0

/// A list of weight rows to add up, as byte offsets from the first row.
///
/// Offsets rather than numbers save a multiplication for each row and word. The list is
/// filled again and again, so that its size does not grow with the layer.
package struct RowList {
  /// Rows are added up in groups of this many; lists are padded to a multiple of it.
  package static let group = 8
  /// Longer lists gain nothing: the counters are loaded and stored once a list.
  package static let capacityMax = 256

  package let offsets: UnsafeMutablePointer<UInt32>
  /// A multiple of `group`.
  package let capacity: Int
  /// Entries in use, a multiple of `group`.
  package private(set) var count = 0

  package init(offsets: UnsafeMutablePointer<UInt32>, capacity: Int) {
    self.offsets = offsets
    self.capacity = capacity
  }

  /// Capacity for a layer of which at most `rows` rows are visited.
  package static func capacity(rows: Int) -> Int {
    min((rows &+ group &- 1) & ~(group &- 1), capacityMax)
  }

  /// Refills the list with the next rows of the walk, as many as fit, and pads it with
  /// row `zeroRow`, which is all zeros.
  package mutating func fill(from walk: inout ActiveRows, zeroRow: Int, rowBytes: Int) {
    var n = 0
    while n < capacity {
      while walk.pending == 0 {
        guard walk.advance() else { return pad(from: n, zeroRow &* rowBytes) }
      }
      let row = walk.position &+ walk.pending.trailingZeroBitCount
      offsets[n] = UInt32(truncatingIfNeeded: row &* rowBytes)
      walk.pending &= walk.pending &- 1
      n &+= 1
    }
    count = n
  }

  @inline(__always)
  private mutating func pad(from filled: Int, _ offset: Int) {
    count = filled
    while count & (RowList.group &- 1) != 0 {
      offsets[count] = UInt32(truncatingIfNeeded: offset)
      count &+= 1
    }
  }
}
