// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A layer of binary weights: a dense layer (SPEC 3.2), a convolution (3.9), or the sums of
/// a softmax head (3.3). All three are one operation: for each output position, weights of
/// what it sees of the source.
package struct SumLayer {
  package let weights: WeightMatrix
  package let sourceShape: TensorShape
  package let source: UInt8
  /// Inputs stand for 2 x - M, else for x.
  package let isSigned: Bool
  /// SpinDrop drops rows; Spatial-SpinDrop drops channels, that is a row of each tap; with
  /// this probability, Q0.16.
  package let dropsChannels: Bool
  private let probability: UInt16
  /// What an output position sees; nil if there is one position, which sees the whole source
  /// in its order.
  package let window: Window?

  package var rows: Int { weights.inputs }
  package var dropProbability: UInt32 { UInt32(probability) }
  /// Bit planes of the inputs.
  package var inputPlanes: Int { sourceShape.bits }
  /// M.
  package var inputMax: Int { sourceShape.bound.int }
  package var firesBits: Bool { weights.states > 0 }
  /// Inputs are bits that are counted by the rarer polarity.
  package var isBits: Bool { inputPlanes == 1 && weights.totals != nil }

  /// True if the layer has one position and the same rows in every pass, so that lists of its
  /// rows are all that there is to count.
  package func isWhole(_ site: Site) -> Bool {
    window == nil && weights.matrices == 1 && !site.isWide
      && (!isSigned || sourceShape.bound == TensorShape.codeMax(bits: inputPlanes))
  }

  /// Planes of a counter: for sums, and for the kernel to work on from the highest shift up.
  /// Sums of signed inputs are counted in doubled units.
  package var counterPlanes: Int {
    let shiftMax = inputPlanes &+ weights.bits &- 2 &+ (isSigned ? 1 : 0)
    return max(weights.planes, shiftMax &+ ColumnCounter<UInt32>.registerPlanes)
  }

  private static let convolutionHeader = 76

  /// Reads a dense layer over the input, or over bits of one position.
  @inline(never)
  package init(dense reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    let section = reading.pointee.section
    guard section.bytes >= 24 else { throw .imageSection }
    let states = section.word(8)
    let probability = section.word(12)
    guard states == 1 || states == 2, section.word(20) == 0,
      states == 1 ? probability == 0 : 1...65535 ~= probability
    else { throw .imageValue }
    try self.init(
      whole: reading, planes: section.word(16), states: states.int, headerBytes: 24, pairBytes: 0)
    if states == 2 { reading.pointee.found.site = .scale(probability) }
    reading.pointee.found.output = try TensorShape(
      height: 1, width: 1, channels: UInt32(truncatingIfNeeded: weights.outputs),
      kind: .codes, bits: 1, bound: 1)
    try note(reading)
  }

  /// Reads the binary part of a softmax head.
  package init(head reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    let section = reading.pointee.section
    guard section.bytes >= 16 else { throw .imageSection }
    guard section.word(12) == 0 else { throw .imageValue }
    guard reading.last.kind == .codes, section.word(4) >= 2 else {
      throw .imageShape
    }
    try self.init(
      whole: reading, planes: section.word(8), states: 0, headerBytes: 16, pairBytes: 8)
    try note(reading)
  }

  @inline(never)
  private init(
    whole reading: UnsafeMutablePointer<LayerReading>, planes: UInt32, states: Int,
    headerBytes: Int,
    pairBytes: Int
  ) throws(Fault) {
    let section = reading.pointee.section
    let shape = reading.last
    let outputs = section.word(4)
    // The input, or bits of one position.
    guard shape.kind == .input || (shape.kind == .codes && shape.bound == 1),
      shape.kind == .input || shape.positions == 1,
      section.word(0) == UInt32(truncatingIfNeeded: shape.elements),
      1...Limits.lanesMax ~= outputs
    else { throw .imageShape }
    sourceShape = shape
    source = UInt8(truncatingIfNeeded: reading.pointee.tensors.count &- 1)
    isSigned = false
    dropsChannels = false
    probability = 0
    window = nil
    weights = try WeightMatrix(
      section, headerBytes: headerBytes, inputs: shape.elements, outputs: outputs.int,
      inputMax: shape.bound.int, bits: 1, copies: 1, hasTotals: shape.bound == 1, states: states,
      planes: planes, trailerBytes: outputs.int &* pairBytes)
  }

  /// Checks a convolution without keeping it.
  package static func check(convolution reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    _ = try SumLayer(convolution: reading)
    reading.divideSums()
  }

  /// Reads a convolution, whose pieces `divideSums` tells. Each field is read once: what is checked is what is used, even if
  /// the image changes meanwhile.
  @inline(never)
  package init(convolution reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    let section = reading.pointee.section
    guard section.bytes >= SumLayer.convolutionHeader else { throw .imageSection }
    let number = section.word(0)
    let shape = try reading.source(number)
    guard shape.kind != .integers else { throw .imageShape }
    let window = try Window(convolution: section, over: shape)
    let flags = section.word(52)
    let bits = section.word(48)
    let outputs = section.word(44)
    let method = section.word(56)
    let copies = section.word(64)
    let states = section.word(68)
    guard flags <= 3, 1...8 ~= bits else { throw .imageValue }
    // At most 2^16 positions and 2^16 channels.
    let rows = window.taps.wide &* shape.channels.wide
    guard rows <= Limits.lanesMax.wide, 1...Limits.lanesMax ~= outputs else {
      throw .imageShape
    }
    reading.pointee.found.taps = window.taps
    reading.pointee.found.site = try SumLayer.site(
      method, section.word(60), copies: copies, states: states,
      rows: UInt32(truncatingIfNeeded: rows).int, channels: shape.channels)
    sourceShape = shape
    source = UInt8(truncatingIfNeeded: number)
    isSigned = flags & 1 == 1
    dropsChannels = method == Method.spatial
    probability = UInt16(truncatingIfNeeded: reading.pointee.found.site.dropProbability)
    weights = try WeightMatrix(
      section, headerBytes: SumLayer.convolutionHeader,
      inputs: UInt32(truncatingIfNeeded: rows).int, outputs: outputs.int,
      inputMax: shape.bound.int, bits: bits.int, copies: copies.int, hasTotals: isSigned,
      states: states.int, planes: section.word(72))
    reading.pointee.found.output = try TensorShape(
      height: section.word(36), width: section.word(40), channels: outputs,
      kind: states > 0 ? .codes : .integers, bits: states > 0 ? 1 : 0,
      bound: states > 0 ? 1 : UInt32(truncatingIfNeeded: weights.sumMax))
    let isWhole = window.covers(shape) && reading.pointee.found.output.positions == 1
    self.window = isWhole ? nil : window
    try note(reading)
  }

  @inline(never)
  private static func site(
    _ method: UInt32, _ probability: UInt32, copies: UInt32, states: UInt32, rows: Int,
    channels: Int
  ) throws(Fault) -> Site {
    if method == Method.spinBayes {
      guard probability == 0, 2...16 ~= copies, copies & (copies &- 1) == 0,
        states <= 1 || states == copies
      else { throw .imageValue }
      return .arbiter(bits: bitWidth(copies.int) &- 1)
    }
    guard copies == 1 else { throw .imageValue }
    if method == Method.none {
      guard probability == 0, states <= 1 else { throw .imageValue }
      return .none
    }
    try Site.check(probability)
    switch method {
    case Method.scale:
      guard states == 2 else { throw .imageValue }
      return .scale(probability)
    case Method.spinDrop, Method.spatial:
      guard states <= 1 else { throw .imageValue }
      return .dropout(method == Method.spatial ? channels : rows, probability)
    default:
      throw .imageValue
    }
  }

  /// Enters the weights, and what work depends on.
  private func note(_ reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    // Rows of all planes are below 2^22, words and the positions of a row below 2^12 and 2^16.
    let rows = (rows &* inputPlanes &* weights.bits).wide
    let words = ((weights.words &+ 1) &* max(1, reading.pointee.found.output.width)).wide
    guard rows &* words <= Limits.stepsMax else { throw .imageShape }
    reading.pointee.found.weights = weights
    reading.pointee.found.inputPlanes = inputPlanes
    // Inputs that are bits of one position are counted by the rarer polarity, or by what has
    // changed if that is less.
    reading.pointee.found.isWhole = isWhole(reading.pointee.found.site)
    reading.pointee.found.isGathered = !sourceShape.isContiguous
    reading.pointee.found.visitsRarer = window == nil && isBits
  }
}
