// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A section of a layer or head being read: what is known before, and what its reader finds.
package struct LayerReading {
  package internal(set) var section = Section.none
  /// The tensors so far.
  package internal(set) var tensors: TensorTable
  package var found = LayerFindings()

  /// In front of the first layer.
  init(input: TensorShape) { tensors = TensorTable(input: input) }

  /// A layer right behind the input, whose section lies elsewhere than in an image.
  package init(input: TensorShape, payload: UnsafeRawPointer, bytes: Int) {
    self.init(input: input)
    section = Section(kind: 0, offset: 0, payload: payload, bytes: bytes)
  }

  /// Runs `body` for a reading behind a pointer of C, and returns a status.
  @inline(__always)
  package static func read(
    _ reading: UnsafeMutableRawPointer,
    _ body: (UnsafeMutablePointer<LayerReading>) throws(Fault) -> Void
  ) -> Int32 {
    do throws(Fault) {
      try body(reading.assumingMemoryBound(to: LayerReading.self))
      return 0
    } catch {
      return error.status
    }
  }
}

// Why a function of a pointer: methods of a structure may copy it.

extension UnsafeMutablePointer<LayerReading> {
  /// Divides a layer of sums into pieces, once they have been entered.
  @inline(never)
  package func divideSums() {
    let units = withUnsafePointer(to: &pointee.found) { Work.most($0) }
    let shape = pointee.found.output
    // Of bits about half of the rows are visited.
    pointee.found.divide(
      rows: shape.height, of: shape.width,
      unitsOfPosition: pointee.found.inputPlanes == 1 ? units / 2 : units)
  }

  /// The tensor of the layer before, or the input.
  package var last: TensorShape { withUnsafeMutablePointer(to: &pointee.tensors) { $0.last } }

  /// The shape of a tensor that the section names.
  func source(_ number: UInt32) throws(Fault) -> TensorShape {
    try withUnsafeMutablePointer(to: &pointee.tensors) { tensors throws(Fault) in
      try tensors.shape(number)
    }
  }
}

/// What the reader of a layer or head finds.
package struct LayerFindings {
  /// Units of `Work` of a piece beside those of sums.
  package var otherWork: UInt64 = 0
  /// Its binary weights, if it has any, and the taps that their rows belong to.
  package var weights: WeightMatrix?
  /// A layer of one position, whose pieces are rows of weights; and whether inputs lie apart, and
  /// are gathered before.
  package var isWhole = false
  package var isGathered = false
  /// At most half of the rows are visited.
  package var visitsRarer = false
  package var taps = 1
  /// Bit planes of what the weights are multiplied with.
  package var inputPlanes = 0
  /// The tensor that a layer makes.
  package var output = TensorShape.none
  package var site = Site.none
  /// Output positions that a piece makes, and how many pieces a pass runs it in.
  package var positions = 1
  package var pieces: UInt32 = 1
  /// Of a head: what it makes of the last tensor.
  package var result = ResultShape()

  /// Divides a layer into pieces of some positions of a row, given the units of a position.
  @inline(never)
  mutating func divide(rows: Int, of width: Int, unitsOfPosition units: UInt64) {
    let most =
      units < Work.piece.wide ? Work.piece / max(1, UInt32(truncatingIfNeeded: units).int) : 1
    // As equal as can be: bounds count whole pieces.
    let inRow = (width &+ most &- 1) / max(1, most)
    positions = (width &+ inRow &- 1) / max(1, inRow)
    pieces = UInt32(truncatingIfNeeded: rows &* inRow)
  }

  /// The same of a layer whose work is but for its elements, each of so many units.
  mutating func divide(rows: Int, of width: Int, unitsOfElement: Int = Work.element) {
    let units = output.channels.wide &* unitsOfElement.wide
    divide(rows: rows, of: width, unitsOfPosition: units)
    otherWork = positions.wide &* units
  }
}

/// What a head makes of the last tensor.
package struct ResultShape {
  /// Classes of each position; 0 for a regression.
  package var classes: UInt32 = 0
  /// Positions that get a label: 1 x 1 if the model has one label for an input.
  package var height: UInt32 = 1
  package var width: UInt32 = 1
  /// Values of a regression, else 0.
  package var outputs: UInt32 = 0

  package var positions: Int { height.int &* width.int }
}
