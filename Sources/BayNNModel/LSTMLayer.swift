// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A long short-term memory with binary recurrent weights (SPEC 3.14), over positions as
/// steps in time.
package struct LSTMLayer {
  package let source: UInt32
  package let sourceShape: TensorShape
  package let output: TensorShape
  package let cells: Int
  package let bits: Int
  package let shift: UInt32
  package let isSequence: Bool
  package let weights: WeightMatrix
  /// Of each channel of the source.
  package let multipliers: UnsafePointer<Int32>

  package var counterPlanes: Int {
    max(weights.planes, bits &+ ColumnCounter<UInt32>.registerPlanes)
  }

  package init(_ reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    let section = reading.pointee.section
    guard section.bytes >= 24 else { throw .imageSection }
    source = section.word(0)
    sourceShape = try reading.source(source)
    let outputs = section.word(4)
    let bits = section.word(8)
    shift = section.word(12)
    let sequence = section.word(16)
    guard 1...8 ~= bits, shift <= 16, sequence <= 1 else { throw .imageValue }
    guard sourceShape.kind == .integers, 1...16383 ~= outputs,
      4 &* outputs.int == sourceShape.channels, sourceShape.positions <= 4096
    else { throw .imageShape }
    cells = outputs.int
    self.bits = bits.int
    isSequence = sequence == 1
    weights = try WeightMatrix(
      section, headerBytes: 24, inputs: cells, outputs: 4 &* cells,
      inputMax: TensorShape.codeMax(bits: bits.int).int, bits: 1, copies: 1, hasTotals: true,
      states: 0, planes: section.word(20), trailerBytes: 16 &* cells)
    multipliers = UnsafeRawPointer(weights.thresholdRows).assumingMemoryBound(to: Int32.self)
    output = try TensorShape(
      height: isSequence ? UInt32(truncatingIfNeeded: sourceShape.height) : 1,
      width: isSequence ? UInt32(truncatingIfNeeded: sourceShape.width) : 1, channels: outputs,
      kind: .codes,
      bits: bits.int, bound: TensorShape.codeMax(bits: bits.int))
    for i in indices(4 &* cells) {
      // Below 2^31 * 2^24.
      let product = multipliers[i].magnitude.wide &* weights.sumMax.wide
      guard product &+ sourceShape.bound.wide < FixedPoint.one.wide else { throw .imageValue }
    }
    reading.pointee.found.output = output
    reading.pointee.found.weights = weights
    // A piece is a step in time.
    reading.pointee.found.pieces = UInt32(truncatingIfNeeded: sourceShape.positions)
    reading.pointee.found.inputPlanes = bits.int
    reading.pointee.found.otherWork = (Work.reading(weights) &+ 8 &* Work.element &* cells).wide
  }
}
