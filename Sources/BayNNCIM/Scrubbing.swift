// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Scrubbing: rows are read, and written again if they are wrong (NeuroScrub; Ahmed, Tahoori
/// et al.).
extension ArrayModel {
  /// What scrubbing has found.
  package struct ScrubReport {
    package var rows: UInt32 = 0
    package var rowsWrong: UInt32 = 0
    package var cellsWrong: UInt32 = 0
    package var cellsLeft: UInt32 = 0
    package var wordsUncorrectable: UInt32 = 0
  }

  /// Scrubs up to `rowsMax` rows, and goes on from there the next time.
  ///
  /// - Throws: `cimNotProgrammed` if an array has no label, or an error of the driver.
  package mutating func scrub(rowsMax: UInt32) throws(Fault) -> ScrubReport {
    var report = ScrubReport()
    var reader = try PlacementReader(model, tiling)
    // A label follows the last row of its array at once.
    while report.rows < rowsMax || scrubbing.row == weightRows(scrubbing.array) {
      if scrubbing.row == 0 {
        guard try isProgrammed(scrubbing.array) else { throw .cimNotProgrammed }
      }
      try scrubNext(&reader, &report)
      if scrubbing.array == 0 && scrubbing.row == 0 { return report }
    }
    return report
  }

  private mutating func scrubNext(
    _ reader: inout PlacementReader, _ report: inout ScrubReport
  ) throws(Fault) {
    let array = scrubbing.array
    if scrubbing.row < weightRows(array) {
      let address = array &* tiling.rows &+ scrubbing.row
      try reader.seek(address)
      if let placement = reader.current, let row = WeightRow(self, placement, address: address) {
        try scrub(row, array, scrubbing.row, &report)
        report.rows &+= 1
      }
      scrubbing.row &+= 1
      return
    }
    // The label, too, may have lost cells.
    if try labelCellsWrong(array) > 0 { try refreshLabel(array) }
    scrubbing = Cursor(array: array &+ 1 == arrayCount ? 0 : array &+ 1, row: 0)
  }

  /// A label holds with some wrong cells: if none can be set right, it is left as it is.
  private mutating func refreshLabel(_ array: Int) throws(Fault) {
    do throws(Fault) {
      try writeLabel(array, destroyed: false)
    } catch {
      guard error == .cimWrite else { throw error }
    }
  }

  private mutating func scrub(
    _ row: WeightRow, _ array: Int, _ number: Int, _ report: inout ScrubReport
  ) throws(Fault) {
    let words = arrays.geometry.columnWords
    var found = RowBuffer()
    var right = RowBuffer()
    try found.with { found throws(Fault) in
      try right.with { right throws(Fault) in
        if row.hasCheckBits {
          try arrays.read(firstArray &+ array, row: number, into: found)
          report.wordsUncorrectable &+= correct(row, found, into: right, count: words)
        } else {
          row.fill(right, count: words)
        }
        let wrong = try cellsWrong(row, right, array, number, found: found)
        guard wrong > 0 else { return }
        report.rowsWrong &+= 1
        report.cellsWrong &+= UInt32(truncatingIfNeeded: wrong)
        let left = try write(row, right, array, number)
        report.cellsLeft &+= UInt32(truncatingIfNeeded: left)
      }
    }
  }

  /// What the check bits make of a row; words that they cannot correct stay as they are.
  ///
  /// - Returns: how many these are.
  private func correct(
    _ row: WeightRow, _ found: UnsafePointer<UInt32>,
    into right: UnsafeMutablePointer<UInt32>, count: Int
  ) -> UInt32 {
    var uncorrectable: UInt32 = 0
    right.fill(0, count: count)
    for index in indices(row.words) {
      let check = row.check(at: index, of: found)
      switch CheckBits.inspect(found[index], check: check) {
      case .sound: row.put(found[index], check, at: index, of: right)
      case .corrected(let word, let check): row.put(word, check, at: index, of: right)
      case .uncorrectable:
        uncorrectable &+= 1
        row.put(found[index], check, at: index, of: right)
      }
    }
    return uncorrectable
  }
}
