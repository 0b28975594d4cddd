// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A convolution (SPEC 3.9), of which a dense layer over a map is the case whose kernel is
/// the map.
package struct ConvolutionLayer {
  package let source: UInt32
  package let sourceShape: TensorShape
  package let output: TensorShape
  package let weights: WeightMatrix
  package let site: Site
  /// Inputs stand for 2 x - M, else for x.
  package let isSigned: Bool
  /// SpinDrop drops rows; Spatial-SpinDrop drops channels, that is a row of each tap.
  package let dropsChannels: Bool
  package let geometry: Window

  package var rows: Int { weights.inputs }
  package var firesBits: Bool { weights.states > 0 }

  /// Planes of a counter: for sums, and for the kernel to work on from the highest shift,
  /// doubled, up.
  package var counterPlanes: Int {
    let shiftMax = Int(sourceShape.bits) &+ weights.bits &- 2
    return max(weights.planes, shiftMax &+ 1 &+ ColumnCounter<UInt32>.registerPlanes)
  }

  static let headerBytes = 76

  init(_ section: Section, _ tensors: TensorTable) throws(Fault) {
    guard section.bytes >= ConvolutionLayer.headerBytes else { throw .imageSection }
    source = section.word(0)
    sourceShape = try tensors[source]
    guard sourceShape.kind != .integers else { throw .imageShape }
    geometry = try Window(convolution: section, over: sourceShape)
    let flags = section.word(52)
    let bits = section.word(48)
    let outputs = section.word(44)
    let states = section.word(68)
    let copies = section.word(64)
    guard flags <= 3, 1...8 ~= bits else { throw .imageValue }
    isSigned = flags & 1 == 1
    // At most 2^16 positions and 2^16 channels.
    let taps = geometry.taps
    let rows = taps.wide &* sourceShape.channelCount.wide
    guard rows <= Limits.lanesMax.wide, 1...Limits.lanesMax ~= outputs else {
      throw .imageShape
    }
    let rowCount = UInt32(truncatingIfNeeded: rows).int
    let method = section.word(56)
    dropsChannels = method == Method.spatial
    site = try ConvolutionLayer.readSite(
      method, probability: section.word(60), copies: copies, states: states, rows: rowCount,
      channels: sourceShape.channelCount)
    weights = try WeightMatrix(
      section, headerBytes: ConvolutionLayer.headerBytes, inputs: rowCount,
      outputs: outputs.int, inputMax: sourceShape.bound.int, bits: bits.int, copies: copies.int,
      hasTotals: isSigned, states: states.int, planes: section.word(72))
    output = try TensorShape(
      height: section.word(36), width: section.word(40), channels: outputs,
      kind: states > 0 ? .codes : .integers, bits: states > 0 ? 1 : 0,
      bound: states > 0 ? 1 : UInt32(truncatingIfNeeded: weights.sumMax))
  }

  private static func readSite(
    _ method: UInt32, probability: UInt32, copies: UInt32, states: UInt32, rows: Int,
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
}

/// The methods of SPEC 3.8.
enum Method {
  static let none: UInt32 = 0
  static let scale: UInt32 = 1
  static let spinDrop: UInt32 = 2
  static let spatial: UInt32 = 3
  static let spinBayes: UInt32 = 4
  static let gaussian: UInt32 = 5
  static let affine: UInt32 = 6
}
