// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

extension Session {
  /// Bytes of storage that a session needs.
  package static func storageBytes(
    _ model: Model, _ config: SessionConfig
  ) throws(Fault) -> Int {
    var arena = Arena()
    _ = arena.take(Session.self, count: 1)
    _ = try Session(model, config, accelerator: nil, arena: &arena)
    return arena.bytes
  }

  /// Makes a session at the start of `storage`, which is aligned to `Arena.alignment`. An
  /// accelerator stays where it is.
  package static func make(
    in storage: UnsafeMutableRawPointer, bytes: Int, _ model: Model,
    _ config: SessionConfig, accelerator: UnsafeMutablePointer<Accelerator>? = nil
  ) throws(Fault) -> UnsafeMutablePointer<Session> {
    guard bytes >= (try storageBytes(model, config)) else { throw .storage }
    var arena = Arena(storage: storage)
    let session = arena.take(Session.self, count: 1)
    session.initialize(to: try Session(model, config, accelerator: accelerator, arena: &arena))
    return session
  }

  private init(
    _ model: Model, _ config: SessionConfig,
    accelerator: UnsafeMutablePointer<Accelerator>?, arena: inout Arena
  ) throws(Fault) {
    try config.check(model)
    let plan = try TensorTable.with { table throws(Fault) in
      try Plan(model, config, table, accelerator: accelerator, arena: &arena)
    }
    let leaves = LeafSequence(
      config.posterior, sites: plan.sites, isWide: model.wideLayers > 0,
      keepsOrder: config.stopsBelow != nil,
      draws: arena.take(UInt32.self, count: LeafSequence.drawCount(config.posterior)))
    guard !arena.isExhausted else { throw .imageShape }
    self.init(model, config, plan, leaves)
  }
}
