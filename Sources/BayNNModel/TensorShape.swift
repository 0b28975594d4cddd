// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// What the elements of a tensor are, and so how a tensor is held.
package enum ElementKind: UInt8 {
  /// Bytes x, 0 ... bound; the input only.
  case input
  /// Codes x of `bits` bits, in planes; they stand for 2 x - bound.
  case codes
  /// i32 of at most `bound` in absolute value.
  case integers
}

/// Shape and range of a tensor (SPEC section 1).
package struct TensorShape: Equatable {
  package let height: UInt16
  package let width: UInt16
  package let channels: UInt16
  package let kind: ElementKind
  /// Bit planes of a code, or of an input byte; 0 for integers.
  package let bits: UInt8
  /// The largest absolute value of an element.
  package let bound: UInt32

  package var positions: Int { Int(height) &* Int(width) }
  /// Below 2^24 + 1.
  package var elements: Int { positions &* channelCount }
  package var channelCount: Int { Int(channels) }
  /// u32 of one plane of one position.
  package var words: Int { wordCount(lanes: channelCount) }
  /// u32 that the whole tensor takes, as codes or as integers: at most 2^27.
  package var memoryWords: Int {
    kind == .codes ? Int(bits) &* positions &* words : elements
  }

  /// Checks sizes, 1 ... 65535 each and 2^24 elements in all.
  package init(
    height: UInt32, width: UInt32, channels: UInt32, kind: ElementKind, bits: UInt32 = 0,
    bound: UInt32
  ) throws(Fault) {
    guard 1...Limits.lanesMax ~= height, 1...Limits.lanesMax ~= width,
      1...Limits.lanesMax ~= channels
    else { throw .imageShape }
    // Below 2^32, and then below 2^48.
    let elements = (height &* width).wide &* channels.wide
    guard elements <= Limits.elementsMax else { throw .imageShape }
    self.init(
      checked: height, width, channels, kind, UInt8(truncatingIfNeeded: bits), bound)
  }

  private init(
    checked height: UInt32, _ width: UInt32, _ channels: UInt32, _ kind: ElementKind,
    _ bits: UInt8, _ bound: UInt32
  ) {
    self.height = UInt16(truncatingIfNeeded: height)
    self.width = UInt16(truncatingIfNeeded: width)
    self.channels = UInt16(truncatingIfNeeded: channels)
    self.kind = kind
    self.bits = bits
    self.bound = bound
  }

  /// No tensor: a place in a table that is not filled yet.
  static var none: TensorShape { TensorShape(checked: 0, 0, 0, .integers, 0, 0) }

  init(_ input: InputShape) {
    self.init(
      checked: input.height, input.width, input.channels, .input,
      UInt8(truncatingIfNeeded: bitWidth(input.maximum.int)), input.maximum)
  }

  /// The same positions with other channels and elements.
  func with(
    channels: UInt32, kind: ElementKind, bits: UInt32 = 0, bound: UInt32
  ) throws(Fault) -> TensorShape {
    try TensorShape(
      height: UInt32(height), width: UInt32(width), channels: channels, kind: kind, bits: bits,
      bound: bound)
  }

  /// The same elements at other positions.
  func with(
    height: UInt32, width: UInt32
  ) throws(Fault) -> TensorShape {
    try TensorShape(
      height: height, width: width, channels: UInt32(channels), kind: kind, bits: UInt32(bits),
      bound: bound)
  }

  /// The largest code of so many bits.
  static func codeMax(bits: UInt32) -> UInt32 { 1 &<< bits &- 1 }
}
