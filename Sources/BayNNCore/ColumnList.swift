// SPDX-License-Identifier: Apache-2.0

/// Rows to count: words at offsets in bytes from `column`, a multiple of 4. What `countRows` of a
/// machine is given.
package struct ColumnList {
  // In this order: `baynn_list_t` has the same layout.
  package internal(set) var column: UnsafeRawPointer
  package let offsets: UnsafePointer<UInt32>
  private let end: UnsafePointer<UInt32>

  @inline(__always)
  package init(column: UnsafeRawPointer, offsets: UnsafePointer<UInt32>, count: Int) {
    self.column = column
    self.offsets = offsets
    end = offsets + count
  }

  @inline(__always) package var count: Int { end - offsets }
}

/// The planes of the counters of a word: rows of `rowBytes` from `first` to `end`.
package struct ColumnPlanes {
  // In this order: `baynn_planes_t` has the same layout.
  let first: UnsafeMutableRawPointer
  let rowBytes: Int
  let end: UnsafeMutableRawPointer
  /// All ones to subtract, else 0.
  let mask: UInt32
}
