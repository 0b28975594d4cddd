// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Checks an image again, as a whole.
enum ImageTest {
  /// Storage that it works in: a view of the model.
  static var storageBytes: Int { MemoryLayout<Model>.size }

  /// - Parameter checksum: of the bytes that the image's own one covers.
  /// - Returns: 0, or the status of what is wrong.
  static func run(
    _ model: UnsafePointer<Model>, checksum: UInt32, _ storage: UnsafeMutableRawPointer
  ) -> Int32 {
    let view = storage.assumingMemoryBound(to: Model.self)
    do throws(Fault) {
      try view.checkAgain(model, checksum: checksum)
      return 0
    } catch {
      return error.status
    }
  }
}
