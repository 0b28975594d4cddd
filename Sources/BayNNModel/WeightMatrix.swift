// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Binary weights of one or several bits and copies, as they lie in a section (SPEC 3.9):
/// matrices of `inputs` + 1 rows, then totals, then thresholds for each state.
package struct WeightMatrix {
  package let rows: UnsafePointer<UInt32>
  package let inputs: Int
  package let outputs: Int
  private let bitCount: UInt8
  private let copyCount: UInt8
  private let stateCount: UInt8
  private let planeCount: UInt8
  /// Planes of the number of ones of each lane, for each matrix; nil if there are none.
  package let totals: UnsafePointer<UInt32>?
  /// `states` * (planes + 1) rows, then `states` rows of inversions.
  package let thresholdRows: UnsafePointer<UInt32>
  /// K = inputs * largest input * largest weight: sums lie in [-K, K].
  package let sumMax: Int

  /// Bits of a weight: matrices of one copy.
  package var bits: Int { Int(bitCount) }
  package var copies: Int { Int(copyCount) }
  /// Sets of thresholds; 0 if there are none.
  package var states: Int { Int(stateCount) }
  /// width(K).
  package var planes: Int { Int(planeCount) }
  package var words: Int { wordCount(lanes: outputs) }
  package var totalPlanes: Int { bitWidth(inputs) }
  package var matrices: Int { bits &* copies }

  /// - Parameters:
  ///   - inputs: below 2^16. - inputMax: below 2^8.
  ///   - headerBytes: where the rows begin. - trailerBytes: what follows the inversions.
  @inline(never)
  init(
    _ section: Section, headerBytes: Int, inputs: Int, outputs: Int, inputMax: Int, bits: Int,
    copies: Int, hasTotals: Bool, states: Int, planes: UInt32, trailerBytes: Int = 0
  ) throws(Fault) {
    // Below 2^16 * 2^8 * 2^8: safe in 64 bits.
    let bound = (inputs &* inputMax).wide &* (1 &<< bits &- 1).wide
    guard bound < Limits.sumEnd.wide else { throw .imageShape }
    sumMax = UInt32(truncatingIfNeeded: bound).int
    guard planes == UInt32(truncatingIfNeeded: bitWidth(sumMax)) else { throw .imageShape }
    self.inputs = inputs
    self.outputs = outputs
    bitCount = UInt8(truncatingIfNeeded: bits)
    copyCount = UInt8(truncatingIfNeeded: copies)
    stateCount = UInt8(truncatingIfNeeded: states)
    planeCount = UInt8(truncatingIfNeeded: planes)
    let words = wordCount(lanes: outputs)
    let weightRows = bits &* copies &* (inputs &+ 1)
    let totalRows = hasTotals ? bits &* copies &* bitWidth(inputs) : 0
    let stateRows = states &* (planes.int &+ 2)
    // At most 2^24 rows of 2^11 words.
    let needed =
      (weightRows &+ totalRows &+ stateRows).wide &* (words &* 4).wide
      &+ (headerBytes &+ trailerBytes).wide
    guard needed == section.bytes.wide else { throw .imageSection }
    rows = (section.payload + headerBytes).assumingMemoryBound(to: UInt32.self)
    totals = totalRows > 0 ? rows + weightRows &* words : nil
    thresholdRows = rows + (weightRows &+ totalRows) &* words
  }

  /// The weights of one bit of a copy.
  @inline(__always)
  package func matrix(copy: Int, bit: Int) -> BinaryWeights {
    let index = copy &* bits &+ bit
    return BinaryWeights(
      rows: rows + index &* (inputs &+ 1) &* words, inputs: inputs, outputs: outputs)
  }

  /// The totals of that matrix.
  @inline(__always)
  package func total(copy: Int, bit: Int) -> UnsafePointer<UInt32>? {
    totals.map { $0 + (copy &* bits &+ bit) &* totalPlanes &* words }
  }

  package func thresholds(state: Int) -> Thresholds {
    Thresholds(
      planes: thresholdRows + state &* (planes &+ 1) &* words, planeCount: planes &+ 1,
      inversions: thresholdRows + (states &* (planes &+ 1) &+ state) &* words)
  }

  /// z of an output, whose counter holds c with z + K = 2 c + parity.
  @inline(__always)
  package func sum(_ output: Int, _ counters: BitMatrix, _ parity: UInt32) -> Int32 {
    let offset = Int32(bitPattern: parity) &- Int32(truncatingIfNeeded: sumMax)
    return 2 &* Int32(bitPattern: counters.integer(lane: output)) &+ offset
  }

  /// z of all outputs.
  package func read(
    _ counters: BitMatrix, _ parity: UInt32, into values: UnsafeMutablePointer<Int32>
  ) {
    for output in indices(outputs) { values[output] = sum(output, counters, parity) }
  }
}
