// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine

/// What is known of a row of cells besides its states.
struct RowRecord {
  /// When it was last written.
  var writtenAt: UInt64 = 0
  var writes: UInt32 = 0
  /// Share of its conductance that it has lost since, in Q16; below 1.
  var loss: UInt32 = 0
}

/// The MTJs of all arrays. A row of cells is two lines of MTJs: line 0 holds the weights and is
/// selected by an input of 1; line 1 holds their complements and is selected by a 0.
struct Cells {
  /// lines x columns, in units of 4 nS. The two lines of a row lie one after the other.
  let conductances: UnsafeMutablePointer<UInt16>
  /// lines x columnWords: 1 is parallel.
  let states: UnsafeMutablePointer<UInt32>
  /// A record for each row of each array.
  let records: UnsafeMutablePointer<RowRecord>
  /// arrays x columns: gain of the sense line in Q24, offset of the converter in 1/256 count.
  let gains: UnsafeMutablePointer<Int32>
  let offsets: UnsafeMutablePointer<Int32>
  let columns: Int
  let columnWords: Int

  init(_ settings: Settings, arena: inout Arena) {
    columns = settings.columns
    columnWords = settings.columnWords
    // At most 2^28 cells.
    let lines = settings.lines &* 2
    conductances = arena.take(UInt16.self, count: lines &* columns)
    states = arena.take(UInt32.self, count: lines &* columnWords)
    records = arena.take(RowRecord.self, count: settings.lines)
    gains = arena.take(Int32.self, count: settings.arrays &* columns)
    offsets = arena.take(Int32.self, count: settings.arrays &* columns)
  }

  @inline(__always)
  func conductances(line: Int) -> UnsafeMutablePointer<UInt16> { conductances + line &* columns }

  @inline(__always)
  func states(line: Int) -> UnsafeMutablePointer<UInt32> { states + line &* columnWords }
}
