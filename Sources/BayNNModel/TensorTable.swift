// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The tensors of a model so far, by number. The table lies on the stack of whoever reads
/// the layers of a model, and is handed on by reference.
package struct TensorTable {
  private let shapes: UnsafeMutablePointer<TensorShape>
  package private(set) var count = 1

  private init(_ shapes: UnsafeMutablePointer<TensorShape>) { self.shapes = shapes }

  /// Places of the table: for the input and at most 64 layers; or one, where all layers take
  /// the tensor before them.
  #if BAYNN_DENSE
    private typealias Shapes = InlineArray<1, TensorShape>
    private static func place(_ number: Int) -> Int { 0 }
  #else
    private typealias Shapes = InlineArray<65, TensorShape>
    private static func place(_ number: Int) -> Int { number }
  #endif

  /// Runs `body` with an empty table.
  package static func with<Result>(
    _ body: (TensorTable) throws(Fault) -> Result
  ) throws(Fault) -> Result {
    var memory = Shapes(repeating: .none)
    return try withUnsafeMutablePointer(to: &memory) { pointer throws(Fault) in
      try body(
        TensorTable(UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: TensorShape.self)))
    }
  }

  /// Starts over with the input.
  mutating func start(_ input: InputShape) {
    shapes[0] = TensorShape(input)
    count = 1
  }

  /// The shape of a tensor; numbers from `count` on are refused.
  package subscript(number: UInt32) -> TensorShape {
    get throws(Fault) {
      guard number < UInt32(truncatingIfNeeded: count) else { throw .imageShape }
      return shapes[TensorTable.place(number.int)]
    }
  }

  package var last: TensorShape { shapes[TensorTable.place(count &- 1)] }

  /// Adds the tensor of the next layer, of which there are at most 64.
  mutating func append(_ shape: TensorShape) {
    shapes[TensorTable.place(count)] = shape
    count &+= 1
  }
}
