// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A session's copy of the input: as planes for a dense layer, as bytes for others.
struct Input {
  private let shape: TensorShape
  private let planes: BitMatrix?
  private let bytes: UnsafeMutablePointer<UInt8>?

  init(
    _ shape: TensorShape, planes: BitMatrix?, bytes: UnsafeMutablePointer<UInt8>?
  ) {
    self.shape = shape
    self.planes = planes
    self.bytes = bytes
  }

  func take(_ input: UnsafePointer<UInt8>, count: Int) throws(Fault) {
    guard count == shape.elements else { throw .inputSize }
    guard InputPlanes.inRange(input, count: count, maximum: shape.bound) else {
      throw .inputRange
    }
    if let planes { InputPlanes.pack(input, count: count, into: planes) }
    bytes?.copy(input, count: count)
  }
}
