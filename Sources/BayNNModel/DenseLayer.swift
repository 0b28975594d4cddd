// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A layer with binary weights over one position as it lies in the image: a dense layer or
/// the softmax head. Every size here has been checked against the image's bounds.
package struct DenseLayer {
  package let weights: WeightMatrix
  /// Largest value of an input: 1 for bits.
  package let maximum: Int
  package let site: Site
  /// The source is the input of the model.
  let readsInput: Bool

  package var inputs: Int { weights.inputs }
  package var outputs: Int { weights.outputs }
  /// Bit planes of the inputs.
  package var inputPlanes: Int { bitWidth(maximum) }

  /// Planes of a counter: for sums, and for the kernel to work on from the highest input
  /// plane up.
  package static func counterPlanes(_ weights: WeightMatrix, inputPlanes: Int) -> Int {
    max(weights.planes, inputPlanes &- 1 &+ ColumnCounter<UInt32>.registerPlanes)
  }

  package var counterPlanes: Int {
    DenseLayer.counterPlanes(weights, inputPlanes: inputPlanes)
  }
  /// The most rows that are visited in one go.
  package var rowsMax: Int { weights.totals == nil ? inputs : inputs / 2 }

  package var output: TensorShape {
    get throws(Fault) {
      try TensorShape(
        height: 1, width: 1, channels: UInt32(truncatingIfNeeded: outputs), kind: .codes, bits: 1,
        bound: 1)
    }
  }

  /// Reads a dense layer (SPEC 3.2) over `source`.
  init(dense section: Section, over source: TensorShape) throws(Fault) {
    guard section.bytes >= 24 else { throw .imageSection }
    let states = section.word(8)
    let probability = section.word(12)
    guard states == 1 || states == 2, section.word(20) == 0,
      states == 1 ? probability == 0 : 1...65535 ~= probability
    else { throw .imageValue }
    try self.init(
      section, over: source, planes: section.word(16), states: states.int,
      site: states == 2 ? .scale(probability) : .none, headerBytes: 24, pairBytes: 0)
  }

  /// Reads the binary part of the softmax head (SPEC 3.3).
  init(head section: Section, over source: TensorShape) throws(Fault) {
    guard section.bytes >= 16 else { throw .imageSection }
    guard section.word(12) == 0 else { throw .imageValue }
    guard source.kind == .codes else { throw .imageShape }
    try self.init(
      section, over: source, planes: section.word(8), states: 0, site: .none, headerBytes: 16,
      pairBytes: 8)
    guard outputs >= 2 else { throw .imageShape }
  }

  private init(
    _ section: Section, over source: TensorShape, planes: UInt32, states: Int, site: Site,
    headerBytes: Int, pairBytes: Int
  ) throws(Fault) {
    let outputs = section.word(4)
    // The input, or bits of one position.
    guard source.kind == .input || (source.kind == .codes && source.bound == 1),
      source.kind == .input || source.positions == 1,
      section.word(0) == UInt32(truncatingIfNeeded: source.elements),
      1...Limits.lanesMax ~= outputs
    else { throw .imageShape }
    maximum = source.bound.int
    readsInput = source.kind == .input
    self.site = site
    weights = try WeightMatrix(
      section, headerBytes: headerBytes, inputs: source.elements, outputs: outputs.int,
      inputMax: maximum, bits: 1, copies: 1, hasTotals: maximum == 1, states: states,
      planes: planes, trailerBytes: outputs.int &* pairBytes)
  }
}
