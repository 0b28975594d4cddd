// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A long short-term memory with binary recurrent weights (SPEC 3.14), over positions as
/// steps in time.
package struct LSTMLayer {
  package let source: UInt32
  package let sourceShape: TensorShape
  package let output: TensorShape
  package let cells: Int
  package let bits: UInt32
  package let shift: UInt32
  package let isSequence: Bool
  package let weights: WeightMatrix
  /// Of each channel of the source.
  package let multipliers: UnsafePointer<Int32>

  package var counterPlanes: Int {
    max(weights.planes, bits.int &+ ColumnCounter<UInt32>.registerPlanes)
  }

  init(_ section: Section, _ tensors: TensorTable) throws(Fault) {
    guard section.bytes >= 24 else { throw .imageSection }
    source = section.word(0)
    sourceShape = try tensors[source]
    let outputs = section.word(4)
    bits = section.word(8)
    shift = section.word(12)
    let sequence = section.word(16)
    guard 1...8 ~= bits, shift <= 16, sequence <= 1 else { throw .imageValue }
    guard sourceShape.kind == .integers, 1...16383 ~= outputs,
      4 &* outputs == UInt32(sourceShape.channels), sourceShape.positions <= 4096
    else { throw .imageShape }
    cells = outputs.int
    isSequence = sequence == 1
    weights = try WeightMatrix(
      section, headerBytes: 24, inputs: cells, outputs: 4 &* cells,
      inputMax: TensorShape.codeMax(bits: bits).int, bits: 1, copies: 1, hasTotals: true,
      states: 0, planes: section.word(20), trailerBytes: 16 &* cells)
    multipliers = UnsafeRawPointer(weights.thresholdRows).assumingMemoryBound(to: Int32.self)
    output = try TensorShape(
      height: isSequence ? UInt32(sourceShape.height) : 1,
      width: isSequence ? UInt32(sourceShape.width) : 1, channels: outputs, kind: .codes,
      bits: bits, bound: TensorShape.codeMax(bits: bits))
    for i in indices(4 &* cells) {
      // Below 2^31 * 2^24.
      let product = multipliers[i].magnitude.wide &* weights.sumMax.wide
      guard product &+ sourceShape.bound.wide < FixedPoint.one.wide else { throw .imageValue }
    }
  }
}
