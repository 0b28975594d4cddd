// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The shapes of the tensors of a model so far, by number. The table lies in memory of
/// whoever reads the layers of a model, and is handed on by reference.
package struct TensorTable {
  private let shapes: UnsafeMutablePointer<TensorShape>
  package private(set) var count = 0

  /// Places of a table for any model: for the input and at most 64 layers.
  package static let places = Limits.layersMax + 1

  /// A table in memory for as many tensors as will be added.
  package init(_ shapes: UnsafeMutablePointer<TensorShape>) { self.shapes = shapes }

  /// Memory of a table for any model.
  package typealias Memory = InlineArray<65, TensorShape>

  /// A table in such memory.
  package init(_ memory: UnsafeMutablePointer<Memory>) {
    shapes = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: TensorShape.self)
  }

  /// Runs `body` with an empty table on the stack.
  package static func with<Result>(
    _ body: (TensorTable) throws(Fault) -> Result
  ) throws(Fault) -> Result {
    var memory = Memory(repeating: .none)
    return try withUnsafeMutablePointer(to: &memory) { memory throws(Fault) in
      try body(TensorTable(memory))
    }
  }

  /// The shape of a tensor; numbers from `count` on are refused.
  package subscript(number: UInt32) -> TensorShape {
    get throws(Fault) {
      guard number < UInt32(truncatingIfNeeded: count) else { throw .imageShape }
      return shapes[number.int]
    }
  }

  /// The tensor of the layer before; there is one.
  package var last: TensorShape { shapes[count &- 1] }

  /// Adds the input, or the tensor of the next layer: at most 65.
  package mutating func append(_ shape: TensorShape) {
    shapes[count] = shape
    count &+= 1
  }
}
