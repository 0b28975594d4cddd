// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

extension Session {
  /// Bytes of storage that a session needs, with an accelerator or without.
  @inline(never)
  package static func storageBytes(
    _ model: UnsafePointer<Model>, _ config: SessionConfig, isAccelerated: Bool = false
  ) throws(Fault) -> Int {
    try config.check(model)
    var placing = Placing(model, config, Arena(), isAccelerated: isAccelerated)
    var memory = TensorTable.Memory(repeating: .none)
    try withUnsafeMutablePointer(to: &placing) { placing throws(Fault) in
      try withUnsafeMutablePointer(to: &memory) { memory throws(Fault) in
        try placing.place(TensorTable(memory))
      }
    }
    _ = placing.takeWorkspace(nil)
    _ = placing.arena.takeData(UInt32.self, count: LeafSequence.drawCount(config.posterior))
    _ = placing.arena.take(UInt32.self, count: 1)
    guard !placing.arena.isExhausted else { throw .imageShape }
    return placing.arena.bytes
  }

  /// Makes a session at the start of `storage`, which is aligned to `Arena.alignment`. An
  /// accelerator stays where it is.
  ///
  /// Nothing is written behind the storage, whatever the image holds by now.
  @inline(never)
  package static func make(
    in storage: UnsafeMutableRawPointer, bytes: Int, _ model: UnsafePointer<Model>,
    _ config: SessionConfig, accelerator: UnsafeMutablePointer<Accelerator>? = nil
  ) throws(Fault) -> UnsafeMutablePointer<Session> {
    try config.check(model)
    let part = try PosteriorPart.find(config.posterior, in: model.pointee.parts)
    var placing = Placing(
      model, config, Arena(storage: storage, bytes: bytes), isAccelerated: accelerator != nil)
    guard placing.arena.isWritable else { throw .storage }
    return try withUnsafeMutablePointer(to: &placing) { placing throws(Fault) in
      try placing.place(TensorTable(placing.pointee.shapes))
      let space = placing.pointee.takeWorkspace(accelerator)
      let draws = placing.pointee.arena.takeData(
        UInt32.self, count: LeafSequence.drawCount(config.posterior))
      _ = placing.pointee.arena.take(UInt32.self, count: 1)
      guard placing.pointee.arena.isWritable else { throw .storage }
      let leaves = LeafSequence(
        config.posterior, part, sites: placing.pointee.sites,
        isWide: model.pointee.wideLayers > 0, keepsOrder: config.stopsBelow != nil, draws: draws)
      let session = placing.pointee.session
      session.initialize(to: Session(model, config, placing, space, leaves))
      session.sealState()
      return session
    }
  }
}
