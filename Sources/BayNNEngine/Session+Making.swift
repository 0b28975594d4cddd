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
    var placing = Placing(
      layers: model.pointee.layers.int, sites: model.pointee.sites.int, config, Arena(),
      isAccelerated: isAccelerated)
    try withUnsafeMutablePointer(to: &placing) { placing throws(Fault) in
      try placing.place(model)
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
      layers: model.pointee.layers.int, sites: model.pointee.sites.int, config,
      Arena(storage: storage, bytes: bytes), isAccelerated: accelerator != nil)
    guard placing.arena.isWritable else { throw .storage }
    return try withUnsafeMutablePointer(to: &placing) { placing throws(Fault) in
      try placing.place(model)
      return try placing.session(model, config, part, accelerator)
    }
  }
}

extension UnsafeMutablePointer<Placing> {
  /// Makes the session, once all layers are placed.
  @inline(never)
  fileprivate func session(
    _ model: UnsafePointer<Model>, _ config: SessionConfig, _ part: PosteriorPart,
    _ accelerator: UnsafeMutablePointer<Accelerator>?
  ) throws(Fault) -> UnsafeMutablePointer<Session> {
    let space = pointee.takeWorkspace(accelerator)
    let draws = pointee.arena.takeData(
      UInt32.self, count: LeafSequence.drawCount(config.posterior))
    _ = pointee.arena.take(UInt32.self, count: 1)
    guard pointee.arena.isWritable else { throw .storage }
    let leaves = LeafSequence(
      config.posterior, part, sites: pointee.sites,
      isWide: model.pointee.wideLayers > 0, keepsOrder: config.stopsBelow != nil, draws: draws)
    let session = pointee.session
    session.initialize(to: Session(model, config, self, space, leaves))
    session.sealState()
    return session
  }
}
