// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Checks an image again: its structure, then the weights, 32 outputs after the other.
enum ImageTest {
  /// What it works in.
  private struct Workspace {
    /// A view of the model.
    let model: UnsafeMutablePointer<Model>
    let walk: UnsafeMutablePointer<Walk>

    init(_ arena: inout Arena) {
      model = arena.take(Model.self, count: 1)
      walk = arena.take(Walk.self, count: 1)
    }
  }

  /// The way through the weights.
  private struct Walk {
    var reader: LayerReader
    /// The next 32 outputs of the layer or head.
    var word = 0
  }

  /// Storage that it works in.
  static var storageBytes: Int {
    var arena = Arena()
    _ = Workspace(&arena)
    return arena.bytes
  }

  private static func workspace(_ storage: UnsafeMutableRawPointer) -> Workspace {
    var arena = Arena(storage: storage, bytes: .max)
    return Workspace(&arena)
  }

  /// Checks the structure.
  ///
  /// - Parameter checksum: of the bytes that the image's own one covers.
  static func begin(
    _ model: UnsafePointer<Model>, checksum: UInt32, _ storage: UnsafeMutableRawPointer
  ) throws(Fault) {
    let space = workspace(storage)
    try space.model.checkAgain(model, checksum: checksum)
    space.walk.initialize(to: Walk(reader: LayerReader(space.model)))
  }

  /// Checks some weights.
  ///
  /// - Returns: units of work; nil after the last weights.
  static func step(_ storage: UnsafeMutableRawPointer) throws(Fault) -> UInt32? {
    let walk = workspace(storage).walk
    if let weights = walk.pointee.reader.found.weights, walk.pointee.word < weights.words {
      try WeightCheck.check(weights, word: walk.pointee.word)
      walk.pointee.word &+= 1
      return WeightCheck.work(weights)
    }
    if walk.pointee.reader.isDone { return nil }
    walk.pointee.word = 0
    try walk.pointee.reader.next()
    return 64
  }
}
