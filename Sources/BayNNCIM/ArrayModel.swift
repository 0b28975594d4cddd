// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel
import CBayNN

/// A model on the arrays of a device.
package struct ArrayModel {
  /// First, so that its address is that of the whole.
  package let model: Model
  package var arrays: Arrays
  package let tiling: Tiling
  package let firstArray: Int
  /// Arrays used, and the row address behind the last row.
  package let arrayCount: Int
  let end: Int
  /// Layers with binary weights.
  let layerCount: Int
  /// The most rows that one read drives.
  package let activeRows: Int
  package let hasCheckBits: Bool
  let writeAttempts: Int
  let wrongCellsMax: UInt32

  /// How far programming has come: an array, counted from the first one used, and its next row;
  /// -1 before its label is known, -2 while it is known to be missing.
  var programming = Cursor(array: 0, row: Cursor.unknown)
  /// The next row to scrub.
  var scrubbing = Cursor(array: 0, row: 0)
  /// Cells that stayed wrong: of all arrays, and of the one being programmed.
  package var cellsWrong: UInt32 = 0
  var arrayCellsWrong: UInt32 = 0
  /// Of the self-test under way.
  var tally = TestTally()

  struct Cursor {
    static let unknown = -1
    static let unlabelled = -2
    var array: Int
    var row: Int
  }

  /// How a model is to lie on arrays.
  package struct Options {
    package var isSplit: Bool
    package var firstArray: Int
    /// 0: as many as the device can.
    package var activeRows: Int
    package var hasCheckBits: Bool
    package var writeAttempts: Int
    package var wrongCellsMax: UInt32

    package init(
      isSplit: Bool, firstArray: Int, activeRows: Int, hasCheckBits: Bool, writeAttempts: Int,
      wrongCellsMax: UInt32
    ) {
      self.isSplit = isSplit
      self.firstArray = firstArray
      self.activeRows = activeRows
      self.hasCheckBits = hasCheckBits
      self.writeAttempts = writeAttempts
      self.wrongCellsMax = wrongCellsMax
    }
  }

  package init(
    _ model: UnsafePointer<Model>, _ arrays: Arrays, _ options: Options
  ) throws(Fault) {
    let geometry = arrays.geometry
    let labelRows = Label.rows(geometry)
    let words =
      options.hasCheckBits
      ? geometry.columns / (32 &+ CheckBits.count) : geometry.columnWords
    guard words > 0, labelRows < geometry.rows else { throw .cimCapacity }
    guard options.activeRows <= geometry.activeRowsMax else { throw .argument }
    let tiling = Tiling(
      rows: geometry.rows &- labelRows, words: words, isSplit: options.isSplit)
    (end, layerCount) = try PlacementReader.end(model.pointee, tiling)
    arrayCount = tiling.roundUp(end) / tiling.rows
    guard options.firstArray <= geometry.arrays,
      arrayCount <= geometry.arrays &- options.firstArray
    else { throw .cimCapacity }
    self.model = model.pointee
    self.arrays = arrays
    self.tiling = tiling
    firstArray = options.firstArray
    activeRows = options.activeRows == 0 ? geometry.activeRowsMax : options.activeRows
    hasCheckBits = options.hasCheckBits
    writeAttempts = options.writeAttempts
    wrongCellsMax = options.wrongCellsMax
  }

  /// Rows of an array that hold weights, its label not among them: all but in the last array.
  func weightRows(_ array: Int) -> Int {
    min(tiling.rows, end &- array &* tiling.rows)
  }
}

/// Reads where the layers of a model lie, in order.
struct PlacementReader {
  private var layers: LayerReader
  private let tiling: Tiling
  private(set) var current: Placement?
  /// The address behind the last row so far.
  private(set) var end = 0

  init(_ model: Model, _ tiling: Tiling) throws(Fault) {
    layers = withUnsafePointer(to: model) { LayerReader($0) }
    self.tiling = tiling
    try advance()
  }

  /// Addresses stay below this: arrays of all devices have fewer rows.
  private static let endMax = 1 << 28

  mutating func advance() throws(Fault) {
    guard let weights = try layers.nextWeights() else {
      current = nil
      return
    }
    let placement = Placement(weights, taps: layers.found.taps, tiling, after: end)
    // Below 2^12 matrices (16 copies of 8 bits), 2^11 chunks and 2^28 rows of a tap each.
    guard placement.end >= end, placement.end < PlacementReader.endMax else {
      throw .cimCapacity
    }
    current = placement
    end = placement.end
  }

  /// Goes on to the layer at an address or behind it.
  mutating func seek(_ address: Int) throws(Fault) {
    while let placement = current, address >= placement.end { try advance() }
  }

  /// The address behind the last row, and the layers with weights.
  static func end(_ model: Model, _ tiling: Tiling) throws(Fault) -> (Int, layers: Int) {
    var reader = try PlacementReader(model, tiling)
    var layers = 0
    while reader.current != nil {
      layers &+= 1
      try reader.advance()
    }
    return (reader.end, layers)
  }
}
