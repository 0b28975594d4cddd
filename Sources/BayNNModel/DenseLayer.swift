// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A layer with binary weights as it lies in the image: a dense layer or the head.
/// Every size here has been checked against the image's bounds.
package struct DenseLayer {
  package let weights: BinaryWeights
  /// Largest value of an input: 1 for bits.
  package let maximum: Int
  /// width(K), K = inputs * maximum.
  package let planes: Int
  /// 1, or 2 with Scale Dropout; 0 for the head, which has no thresholds.
  package let states: Int
  /// Q0.16.
  package let dropProbability: UInt32
  /// Planes of the number of +1 weights of each output; nil if inputs are not bits.
  package let totals: UnsafePointer<UInt32>?
  /// `states` * (planes + 1) rows of thresholds, then `states` rows of inversions.
  package let thresholdRows: UnsafePointer<UInt32>

  package var inputs: Int { weights.inputs }
  package var outputs: Int { weights.outputs }
  /// K: sums lie in [-K, K].
  package var sumMax: Int { inputs &* maximum }
  /// Bit planes of the inputs.
  package var inputPlanes: Int { bitWidth(maximum) }

  /// Planes of a counter: for sums, and for the kernel to work on from the highest input
  /// plane up.
  package var counterPlanes: Int {
    max(planes, inputPlanes &- 1 &+ ColumnCounter<UInt32>.registerPlanes)
  }
  /// The most rows that are visited in one go.
  package var rowsMax: Int { totals == nil ? inputs : inputs / 2 }

  /// Reads a dense layer (SPEC 3.2) that takes `inputs` values of at most `maximum`.
  init(dense section: Section, inputs: Int, maximum: Int) throws(Fault) {
    guard section.bytes >= 24 else { throw .imageSection }
    let states = section.word(8)
    let probability = section.word(12)
    guard states == 1 || states == 2, section.word(20) == 0,
      states == 1 ? probability == 0 : 1...65535 ~= probability
    else { throw .imageValue }
    try self.init(
      section, outputs: section.word(4), planes: section.word(16), inputs: inputs,
      maximum: maximum, states: states.int, dropProbability: probability, headerBytes: 24,
      pairBytes: 0)
  }

  /// Reads the binary part of the softmax head (SPEC 3.3).
  init(head section: Section, inputs: Int) throws(Fault) {
    guard section.bytes >= 16 else { throw .imageSection }
    guard section.word(12) == 0 else { throw .imageValue }
    try self.init(
      section, outputs: section.word(4), planes: section.word(8), inputs: inputs, maximum: 1,
      states: 0, dropProbability: 0, headerBytes: 16, pairBytes: 8)
    guard outputs >= 2 else { throw .imageShape }
  }

  private init(
    _ section: Section, outputs: UInt32, planes: UInt32, inputs: Int, maximum: Int,
    states: Int, dropProbability: UInt32, headerBytes: Int, pairBytes: Int
  ) throws(Fault) {
    guard section.word(0) == UInt32(truncatingIfNeeded: inputs),
      1...Limits.lanesMax ~= outputs,
      // 65535 * 255 < 2^24: the product itself is safe.
      inputs &* maximum < Limits.sumEnd,
      planes == UInt32(truncatingIfNeeded: bitWidth(inputs &* maximum))
    else { throw .imageShape }
    let lanes = outputs.int
    let rowWords = wordCount(lanes: lanes)
    let weightRows = inputs &+ 1
    let totalRows = maximum == 1 ? bitWidth(inputs) : 0
    let stateRows = states &* (planes.int &+ 2)
    // At most (65536 + 16 + 2 * 26) rows of 2048 words, and 8 bytes a lane: below 2^30.
    let needed =
      headerBytes &+ (weightRows &+ totalRows &+ stateRows) &* rowWords &* 4
      &+ lanes &* pairBytes
    try section.require(bytes: needed)

    let rows = (section.payload + headerBytes).assumingMemoryBound(to: UInt32.self)
    weights = BinaryWeights(rows: rows, inputs: inputs, outputs: lanes)
    totals = totalRows > 0 ? rows + weightRows &* rowWords : nil
    thresholdRows = rows + (weightRows &+ totalRows) &* rowWords
    self.maximum = maximum
    self.planes = planes.int
    self.states = states
    self.dropProbability = dropProbability
  }

  /// The thresholds of a state, 0 = keep, 1 = drop.
  package func thresholds(state: Int) -> Thresholds {
    let rowWords = weights.words
    return Thresholds(
      planes: thresholdRows + state &* (planes &+ 1) &* rowWords, planeCount: planes &+ 1,
      inversions: thresholdRows + (states &* (planes &+ 1) &+ state) &* rowWords)
  }
}
