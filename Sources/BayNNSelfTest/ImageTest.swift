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
  /// - Returns: 0, or the status of what is wrong.
  static func run(
    _ model: UnsafePointer<Model>, checksum: UInt32, _ storage: UnsafeMutableRawPointer
  ) -> Int32 {
    var arena = Arena(storage: storage, bytes: .max)
    let space = Workspace(&arena)
    do throws(Fault) {
      try space.model.checkAgain(model, checksum: checksum, TensorTable(space.shapes))
      return 0
    } catch {
      return error.status
    }
  }
}
