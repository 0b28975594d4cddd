// SPDX-License-Identifier: Apache-2.0

/// What a mac works on: rows of an array from `firstRow` on, and columns from 0 on.
package struct MacWindow {
  let array: UInt32
  /// A multiple of 32.
  let firstRow: UInt32
  /// In words of 32 rows.
  let rowWords: UInt32
  /// In words of 32 columns.
  let columnWords: UInt32
  let countPlanes: UInt32

  package init(
    array: UInt32, firstRow: UInt32, rowWords: UInt32, columnWords: UInt32, countPlanes: UInt32
  ) {
    self.array = array
    self.firstRow = firstRow
    self.rowWords = rowWords
    self.columnWords = columnWords
    self.countPlanes = countPlanes
  }

  /// True if it lies in an array, and its counts have as many planes as the device gives.
  func fits(_ geometry: Geometry) -> Bool {
    guard array < UInt32(truncatingIfNeeded: geometry.arrays), firstRow & 31 == 0 else {
      return false
    }
    let words = UInt32(truncatingIfNeeded: geometry.rowWords)
    let first = firstRow &>> 5
    // `words &- first` is used only if first < words.
    return first < words && rowWords >= 1 && rowWords <= words &- first && columnWords >= 1
      && columnWords <= UInt32(truncatingIfNeeded: geometry.columnWords)
      && countPlanes == UInt32(truncatingIfNeeded: geometry.countPlanes)
  }
}
