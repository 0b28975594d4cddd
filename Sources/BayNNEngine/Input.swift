// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A session's copy of the input: as planes for a dense layer, as bytes for others.
struct Input {
  private let count: Int
  private let maximum: UInt32
  /// No rows if no layer reads the input in planes.
  let planes: BitMatrix
  private let bytes: UnsafeMutablePointer<UInt8>
  private let takesBytes: Bool

  init(
    _ shape: TensorShape, takesPlanes: Bool, takesBytes: Bool, _ arena: inout Arena
  ) {
    count = shape.elements
    maximum = shape.bound
    self.takesBytes = takesBytes
    planes = arena.takeBits(
      rows: takesPlanes ? Int(shape.bits) : 0, words: wordCount(lanes: shape.elements))
    bytes = arena.take(UInt8.self, count: takesBytes ? shape.elements : 0)
  }

  /// Where tensor 0 lies, for layers that read it as bytes.
  var memory: UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(bytes).assumingMemoryBound(to: UInt32.self)
  }

  func take(_ input: UnsafePointer<UInt8>, count: Int) throws(Fault) {
    guard count == self.count else { throw .inputSize }
    guard InputPlanes.inRange(input, count: count, maximum: maximum) else {
      throw .inputRange
    }
    if planes.rows > 0 { InputPlanes.pack(input, count: count, into: planes) }
    if takesBytes { bytes.copy(input, count: count) }
  }
}
