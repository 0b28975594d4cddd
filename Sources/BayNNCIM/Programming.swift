// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Programming: label destroyed, rows written and verified, label written; array by array.
extension ArrayModel {
  /// Programs up to `rowsMax` rows; true if every array holds its part.
  ///
  /// - Throws: `cimWrite`, or an error of the driver; it then starts over with the first array
  ///   without a label.
  package mutating func program(rowsMax: UInt32) throws(Fault) -> Bool {
    do throws(Fault) {
      var reader = try PlacementReader(model, tiling)
      return try program(rowsMax: rowsMax, &reader)
    } catch {
      programming = Cursor(array: 0, row: Cursor.unknown)
      throw error
    }
  }

  private mutating func program(
    rowsMax: UInt32, _ reader: inout PlacementReader
  ) throws(Fault) -> Bool {
    var left = rowsMax
    while programming.array < arrayCount {
      let array = programming.array
      if programming.row == Cursor.unknown {
        let isThere = try isProgrammed(array)
        programming =
          isThere
          ? Cursor(array: array &+ 1, row: Cursor.unknown)
          : Cursor(array: array, row: Cursor.unlabelled)
        continue
      }
      guard left > 0 else { return false }
      left &-= 1
      if programming.row == Cursor.unlabelled {
        try writeLabel(array, destroyed: true)
        arrayCellsWrong = 0
        programming.row = 0
      } else if programming.row < weightRows(array) {
        let address = array &* tiling.rows &+ programming.row
        try reader.seek(address)
        if let placement = reader.current,
          let row = WeightRow(self, placement, address: address)
        {
          try write(row, array, programming.row)
        } else {
          left &+= 1
        }
        programming.row &+= 1
      } else {
        try writeLabel(array, destroyed: false)
        programming = Cursor(array: array &+ 1, row: Cursor.unknown)
      }
    }
    programming = Cursor(array: 0, row: Cursor.unknown)
    return true
  }

  /// Writes a row of the array being programmed.
  private mutating func write(_ row: WeightRow, _ array: Int, _ number: Int) throws(Fault) {
    var expected = RowBuffer()
    let wrong = try expected.with { expected throws(Fault) in
      row.fill(expected, count: arrays.geometry.columnWords)
      return try write(row, expected, array, number)
    }
    cellsWrong &+= UInt32(truncatingIfNeeded: wrong)
    arrayCellsWrong &+= UInt32(truncatingIfNeeded: wrong)
    guard arrayCellsWrong <= wrongCellsMax else { throw .cimWrite }
  }

  /// Writes a row until it reads back as it should, or `writeAttempts` times; throws if the
  /// driver says of the last of them that it failed.
  ///
  /// - Returns: cells that are still wrong.
  mutating func write(
    _ row: WeightRow, _ expected: UnsafeMutablePointer<UInt32>, _ array: Int, _ number: Int
  ) throws(Fault) -> Int {
    var found = RowBuffer()
    var wrong = 0
    for attempt in indices(writeAttempts) {
      do throws(Fault) {
        try arrays.program(firstArray &+ array, row: number, expected)
      } catch {
        // A write that the device knows to have failed is as good as one that reads back wrong.
        guard attempt &+ 1 < writeAttempts else { throw error }
        continue
      }
      wrong = try found.with { found throws(Fault) in
        try cellsWrong(row, expected, array, number, found: found)
      }
      if wrong == 0 { return 0 }
    }
    return wrong
  }

  /// Destroys the labels of all arrays, then sets all cells of them to 0.
  package mutating func erase() throws(Fault) {
    programming = Cursor(array: 0, row: Cursor.unknown)
    for array in indices(arrayCount) { try writeLabel(array, destroyed: true) }
    for array in indices(arrayCount) { try arrays.erase(firstArray &+ array) }
    try arrays.sync()
  }
}
