// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Checks an image again, as a whole.
enum ImageTest {
  /// Storage that it works in: a view of the model, and a table of its tensors.
  static var storageBytes: Int {
    var arena = Arena()
    _ = Workspace(&arena)
    return arena.bytes
  }

  private struct Workspace {
    let model: UnsafeMutablePointer<Model>
    let shapes: UnsafeMutablePointer<TensorShape>

    init(_ arena: inout Arena) {
      model = arena.take(Model.self, count: 1)
      shapes = arena.take(TensorShape.self, count: TensorTable.places)
    }
  }

  /// - Parameter checksum: of the bytes that the image's own one covers.
  static func run(
    _ model: UnsafePointer<Model>, checksum: UInt32, _ storage: UnsafeMutableRawPointer
  ) throws(Fault) {
    var arena = Arena(storage: storage, bytes: storageBytes)
    let space = Workspace(&arena)
    try space.model.checkAgain(
      model.pointee, checksum: checksum, TensorTable(space.shapes))
  }
}
