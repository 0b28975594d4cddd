// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// What the elements of a tensor are, and so how a tensor is held.
package enum ElementKind: UInt8 {
  /// Integers x, 0 ... bound, in planes; the input only.
  case input
  /// Codes x of `bits` bits, in planes; they stand for 2 x - bound.
  case codes
  /// i32 of at most `bound` in absolute value.
  case integers
}

/// Shape and range of a tensor (SPEC section 1), in ten bytes: tables of shapes lie on the
/// stack.
package struct TensorShape: Equatable {
  private let heightField: UInt16
  private let widthField: UInt16
  private let channelsField: UInt16
  /// Integers: the highest bit, and the upper half of the bound. Else the kind.
  private let upper: UInt16
  /// Integers: the lower half of the bound. Else bits, and the bound, which is below 2^8.
  private let lower: UInt16

  private static let integersFlag: UInt16 = 0x8000

  package var height: Int { Int(heightField) }
  package var width: Int { Int(widthField) }
  package var channels: Int { Int(channelsField) }

  package var kind: ElementKind {
    upper & TensorShape.integersFlag != 0 ? .integers : upper == 0 ? .input : .codes
  }

  /// Bit planes of a code or of an input; 0 for integers.
  package var bits: Int { kind == .integers ? 0 : Int(lower >> 8) }

  /// The largest absolute value of an element.
  package var bound: UInt32 {
    kind == .integers
      ? UInt32(upper & ~TensorShape.integersFlag) << 16 | UInt32(lower) : UInt32(lower & 0xFF)
  }

  package var positions: Int { height &* width }
  /// At most 2^24.
  package var elements: Int { positions &* channels }
  /// u32 of one plane of one position.
  package var words: Int { wordCount(lanes: channels) }

  /// u32 of one plane. An input has all its elements in one row of lanes.
  package var planeWords: Int {
    kind == .input ? wordCount(lanes: elements) : positions &* words
  }

  /// u32 that the whole tensor takes: at most 2^27.
  package var memoryWords: Int { kind == .integers ? elements : bits &* planeWords }

  /// True if all elements of a plane lie in one row of lanes.
  package var isContiguous: Bool {
    kind == .input || (kind == .codes && (positions == 1 || channels & 31 == 0))
  }

  /// Checks sizes, 1 ... 65535 each and 2^24 elements in all.
  @inline(never)
  package init(
    height: UInt32, width: UInt32, channels: UInt32, kind: ElementKind, bits: Int = 0,
    bound: UInt32
  ) throws(Fault) {
    guard 1...Limits.lanesMax ~= height, 1...Limits.lanesMax ~= width,
      1...Limits.lanesMax ~= channels,
      // Below 2^32, and then below 2^48.
      (height &* width).wide &* channels.wide <= Limits.elementsMax
    else { throw .imageShape }
    self.init(checked: height, width, channels, kind, bits, bound)
  }

  private init(
    checked height: UInt32, _ width: UInt32, _ channels: UInt32, _ kind: ElementKind, _ bits: Int,
    _ bound: UInt32
  ) {
    heightField = UInt16(truncatingIfNeeded: height)
    widthField = UInt16(truncatingIfNeeded: width)
    channelsField = UInt16(truncatingIfNeeded: channels)
    if kind == .integers {
      upper = TensorShape.integersFlag | UInt16(truncatingIfNeeded: bound >> 16)
      lower = UInt16(truncatingIfNeeded: bound)
    } else {
      upper = kind == .input ? 0 : 1
      lower = UInt16(truncatingIfNeeded: bits << 8) | UInt16(truncatingIfNeeded: bound & 0xFF)
    }
  }

  /// No tensor: a place in a table that is not filled yet.
  package static var none: TensorShape { TensorShape(checked: 0, 0, 0, .input, 0, 0) }

  package init(_ input: InputShape) {
    self.init(
      checked: input.height, input.width, input.channels, .input, bitWidth(input.maximum.int),
      input.maximum)
  }

  /// The same positions and channels with integers of another bound.
  func integers(bound: UInt32) throws(Fault) -> TensorShape {
    try TensorShape(
      height: UInt32(heightField), width: UInt32(widthField), channels: UInt32(channelsField),
      kind: .integers, bound: bound)
  }

  /// The same positions and channels with codes.
  func codes(bits: Int) throws(Fault) -> TensorShape {
    try TensorShape(
      height: UInt32(heightField), width: UInt32(widthField), channels: UInt32(channelsField),
      kind: .codes, bits: bits, bound: TensorShape.codeMax(bits: bits))
  }

  /// The same elements in another number.
  func with(
    height: UInt32, width: UInt32, channels: UInt32? = nil, bound: UInt32? = nil
  ) throws(Fault) -> TensorShape {
    try TensorShape(
      height: height, width: width, channels: channels ?? UInt32(channelsField), kind: kind,
      bits: bits, bound: bound ?? self.bound)
  }

  /// True if both have the same positions.
  func hasPositions(of other: TensorShape) -> Bool {
    heightField == other.heightField && widthField == other.widthField
  }

  /// The largest code of so many bits.
  static func codeMax(bits: Int) -> UInt32 { 1 &<< UInt32(truncatingIfNeeded: bits) &- 1 }
}
