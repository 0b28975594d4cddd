// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// The label of an array: rows whose pattern depends on the image, on how it is laid out and
/// on the number of the array. It is there only while all rows of weights are.
///
/// A label holds if at most a quarter of its cells is wrong, so that single faults do no
/// harm; of cells that have nothing to do with it, about half are. It is destroyed by writing
/// its complement: power that fails during that leaves either a label that holds, with no
/// row of weights touched yet, or one that does not.
struct Label {
  /// The fewest cells of a label: a pattern of another image then holds with a probability
  /// below 10^-8.
  private static let cellsMin = 128

  /// Rows of a label.
  static func rows(_ geometry: Geometry) -> Int {
    (cellsMin &+ geometry.columns &- 1) / geometry.columns
  }

  /// The most cells that may be wrong.
  static func wrongMax(_ geometry: Geometry) -> Int { rows(geometry) &* geometry.columns / 4 }

  /// Checksum of the image, and number of the layout.
  let key: (UInt32, UInt32)
  /// Number of the array, from the first one that the model uses.
  let array: UInt32

  init(_ arrays: ArrayModel, array: Int) {
    let layout: UInt32 = (arrays.tiling.isSplit ? 1 : 0) | (arrays.hasCheckBits ? 2 : 0)
    key = (arrays.model.imageCRC, 0x4C42_4C00 | layout)
    self.array = UInt32(truncatingIfNeeded: array)
  }

  /// Writes the pattern of a row; destroyed: its complement.
  func fill(
    _ words: UnsafeMutablePointer<UInt32>, count: Int, row: Int, destroyed: Bool = false
  ) {
    var block: Philox.Block = (0, 0, 0, 0)
    for word in indices(count) {
      if word & 3 == 0 {
        block = Philox.block(
          key: key,
          counter: (
            UInt32(truncatingIfNeeded: word >> 2), UInt32(truncatingIfNeeded: row), array, 0
          ))
      }
      words[word] = destroyed ? ~block.0 : block.0
      block = (block.1, block.2, block.3, 0)
    }
  }
}

/// A bit row of the widest array.
struct RowBuffer {
  private var words = InlineArray<128, UInt32>(repeating: 0)

  /// Runs `body` with its words, 128 of them.
  @inline(__always)
  mutating func with<Result>(
    _ body: (UnsafeMutablePointer<UInt32>) throws(Fault) -> Result
  ) throws(Fault) -> Result {
    try withUnsafeMutablePointer(to: &words) { pointer throws(Fault) in
      try body(UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt32.self))
    }
  }
}

extension ArrayModel {
  /// True if an array holds its part of the model.
  package mutating func isProgrammed(_ array: Int) throws(Fault) -> Bool {
    try labelCellsWrong(array) <= Label.wrongMax(arrays.geometry)
  }

  /// True if all of them do.
  package mutating func isProgrammed() throws(Fault) -> Bool {
    for array in indices(arrayCount) {
      guard try isProgrammed(array) else { return false }
    }
    return true
  }

  /// Cells of a label that are wrong.
  mutating func labelCellsWrong(_ array: Int) throws(Fault) -> Int {
    let label = Label(self, array: array)
    let words = arrays.geometry.columnWords
    var expected = RowBuffer()
    var found = RowBuffer()
    var wrong = 0
    for row in indices(Label.rows(arrays.geometry)) {
      try expected.with { expected throws(Fault) in
        label.fill(expected, count: words, row: row)
        try found.with { found throws(Fault) in
          try arrays.read(firstArray &+ array, row: tiling.rows &+ row, into: found)
          for word in indices(words) {
            wrong &+= (found[word] ^ expected[word]).nonzeroBitCount
          }
        }
      }
    }
    return wrong
  }

  /// Writes or destroys the label of an array, once all that was written before it is safe.
  ///
  /// - Throws: `cimWrite` if too few cells take it, besides errors of the driver.
  mutating func writeLabel(_ array: Int, destroyed: Bool) throws(Fault) {
    let label = Label(self, array: array)
    let cells = Label.rows(arrays.geometry) &* arrays.geometry.columns
    try arrays.sync()
    var buffer = RowBuffer()
    for _ in indices(writeAttempts) {
      for row in indices(Label.rows(arrays.geometry)) {
        try buffer.with { words throws(Fault) in
          label.fill(words, count: arrays.geometry.columnWords, row: row, destroyed: destroyed)
          try arrays.program(firstArray &+ array, row: tiling.rows &+ row, words)
        }
      }
      try arrays.sync()
      let wrong = try labelCellsWrong(array)
      if destroyed
        ? cells &- wrong < Label.wrongMax(arrays.geometry)
        : wrong <= Label.wrongMax(arrays.geometry)
      {
        return
      }
    }
    throw .cimWrite
  }
}
