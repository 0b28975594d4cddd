// SPDX-License-Identifier: Apache-2.0

/// A list of weight rows to add up, as byte offsets from the first row.
///
/// Offsets rather than numbers save a multiplication for each row and word. The list is
/// filled again and again, so that its size does not grow with the layer.
package struct RowList {
  /// Rows are added up in groups of 32, the rest in groups of 16, 8 and 4.
  private static let smallGroup = 4
  /// The most rows that padding adds to a list.
  package static let paddingMax = smallGroup &- 1
  /// Longer lists gain little: the counters are loaded and stored once a list.
  private static let rowsMax = 448

  package let offsets: UnsafeMutablePointer<UInt32>
  /// A multiple of 32, and more than 32.
  package let capacity: Int
  /// Entries in use, a multiple of 4.
  package private(set) var count = 0

  package init(offsets: UnsafeMutablePointer<UInt32>, capacity: Int) {
    self.offsets = offsets
    self.capacity = capacity
  }

  /// Capacity for a layer of which at most `rows` rows are visited in one go: the rows
  /// of a whole word must fit behind any others.
  package static func capacity(rows: Int) -> Int {
    (min(rows, rowsMax) &+ 63) & ~31
  }

  /// Refills the list with the rows of the next words of the walk, as many as fit, and
  /// pads it with row `zeroRow`, which is all zeros. Stays empty only at the end.
  @inline(never)
  package mutating func fill(from walk: inout ActiveRows, zeroRow: Int, rowBytes: Int) {
    var rows = walk
    var next = offsets
    let last = offsets + (capacity &- 32)
    #if arch(x86_64) || arch(arm64)
      var first = rows.nextRow &* rowBytes
      // Two words at a time while both fit for sure, and so at the same places as one by one.
      while last - next >= 32, let low = rows.nextWord() {
        let bits = UInt64(low) | UInt64(rows.nextWord() ?? 0) &<< 32
        next = RowList.append(bits, first: first, rowBytes: rowBytes, at: next)
        first &+= 64 &* rowBytes
      }
      while next <= last, let bits = rows.nextWord() {
        next = RowList.append(UInt64(bits), first: first, rowBytes: rowBytes, at: next)
        first &+= 32 &* rowBytes
      }
    #else
      var highest = (rows.nextRow &+ 31) &* rowBytes
      while next <= last, let bits = rows.nextWord() {
        next = RowList.append(bits, highest: highest, rowBytes: rowBytes, at: next)
        highest &+= 32 &* rowBytes
      }
    #endif
    walk = rows
    count = RowList.pad(
      offsets, count: next - offsets, zeroRow: zeroRow &* rowBytes)
  }

  /// Writes the offsets of the ones of `bits`, of which bit 31 is at offset `highest`: from
  /// the highest down, since to count leading zeros is one instruction everywhere.
  ///
  /// - Returns: the end of the offsets.
  @inline(__always)
  static func append(
    _ bits: UInt32, highest: Int, rowBytes: Int, at start: UnsafeMutablePointer<UInt32>
  ) -> UnsafeMutablePointer<UInt32> {
    var pending = bits
    var next = start
    while pending != 0 {
      let zeros = pending.leadingZeroBitCount
      next.pointee = UInt32(truncatingIfNeeded: highest &- zeros &* rowBytes)
      next += 1
      pending &= ~(0x8000_0000 &>> UInt32(truncatingIfNeeded: zeros))
    }
    return next
  }

  #if arch(x86_64) || arch(arm64)
    /// Writes the offsets of the ones of `bits`, of which bit 0 is at offset `first`.
    ///
    /// Eight at a time, whether there are eight or not: a branch for each bit would be
    /// mispredicted. What is written too much, up to a multiple of eight and so no more
    /// than there are bits, is written over.
    ///
    /// - Returns: the end of the offsets.
    @inline(__always)
    private static func append(
      _ bits: UInt64, first: Int, rowBytes: Int, at start: UnsafeMutablePointer<UInt32>
    ) -> UnsafeMutablePointer<UInt32> {
      var pending = bits
      var next = start
      while pending != 0 {
        for k in indices(8) {
          next[k] = UInt32(truncatingIfNeeded: first &+ pending.trailingZeroBitCount &* rowBytes)
          pending &= pending &- 1
        }
        next += 8
      }
      return start + bits.nonzeroBitCount
    }
  #endif
}
