// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

extension Session {
  /// Bytes of storage that a session needs, with an accelerator or without.
  package static func storageBytes(
    _ model: UnsafePointer<Model>, _ config: SessionConfig, isAccelerated: Bool = false
  ) throws(Fault) -> Int {
    try config.check(model.pointee)
    return try TensorTable.with { table throws(Fault) in
      var plan = SessionPlan(model, config, Arena(), table, isAccelerated: isAccelerated)
      try plan.place(model)
      _ = plan.placing.takeWorkspace(nil)
      _ = plan.placing.arena.take(
        UInt32.self, count: LeafSequence.drawCount(config.posterior))
      guard !plan.placing.arena.isExhausted else { throw .imageShape }
      return plan.placing.arena.bytes
    }
  }

  /// Makes a session at the start of `storage`, which is aligned to `Arena.alignment`. An
  /// accelerator stays where it is.
  ///
  /// Nothing is written behind the storage, whatever the image holds by now.
  package static func make(
    in storage: UnsafeMutableRawPointer, bytes: Int, _ model: UnsafePointer<Model>,
    _ config: SessionConfig, accelerator: UnsafeMutablePointer<Accelerator>? = nil
  ) throws(Fault) -> UnsafeMutablePointer<Session> {
    try config.check(model.pointee)
    let part = try PosteriorPart.find(config.posterior, in: model.pointee.parts)
    let arena = Arena(storage: storage, bytes: bytes)
    var plan = SessionPlan(model, config, arena, nil, isAccelerated: accelerator != nil)
    guard plan.placing.arena.isWritable else { throw .storage }
    try plan.place(model)
    plan.space = plan.placing.takeWorkspace(accelerator)
    let draws = plan.placing.arena.take(
      UInt32.self, count: LeafSequence.drawCount(config.posterior))
    guard plan.placing.arena.isWritable else { throw .storage }
    let leaves = LeafSequence(
      config.posterior, part, sites: plan.sites, isWide: model.pointee.wideLayers > 0,
      keepsOrder: config.stopsBelow != nil, draws: draws)
    plan.session.initialize(to: Session(model, config, plan, leaves))
    return plan.session
  }
}

/// Where what a session works with lies. The same code measures it and lays it out.
struct SessionPlan {
  let session: UnsafeMutablePointer<Session>
  let layers: UnsafeMutablePointer<PlacedLayer>
  let shapes: UnsafeMutablePointer<TensorShape>
  let memories: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>>
  let sites: SiteProbabilities
  private let table: TensorTable
  var placing: Placing
  var space: Workspace

  /// - Parameter table: of tensors; nil to use the one that the session keeps.
  @inline(never)
  init(
    _ model: UnsafePointer<Model>, _ config: SessionConfig, _ memory: Arena,
    _ table: TensorTable?, isAccelerated: Bool
  ) {
    var arena = memory
    session = arena.take(Session.self, count: 1)
    let layerCount = model.pointee.layers.int
    layers = arena.take(PlacedLayer.self, count: layerCount &+ 1)
    shapes = arena.take(TensorShape.self, count: layerCount &+ 1)
    memories = arena.take(UnsafeMutablePointer<UInt32>.self, count: layerCount &+ 1)
    let siteCount = model.pointee.sites.int
    sites = SiteProbabilities(
      drops: arena.take(UInt16.self, count: siteCount), count: siteCount)
    self.table = table ?? TensorTable(shapes)
    space = Workspace(scratch: arena.nowhere, kept: arena.nowhere, accelerator: nil)
    placing = Placing(arena, memories: memories, config, isAccelerated: isAccelerated)
  }

  /// Places the input, all layers and the head.
  @inline(never)
  mutating func place(_ model: UnsafePointer<Model>) throws(Fault) {
    _ = placing.takeTensor(TensorShape(model.pointee.input))
    var placing = placing
    try withUnsafeMutablePointer(to: &placing) { placing throws(Fault) in
      var reader = model.pointee.makeLayerReader(table, placing: placing)
      let layerCount = model.pointee.layers.int
      while reader.nextLayerKind != nil {
        let (site, wide) = (reader.sites, reader.wideLayers)
        // The image may have changed since it was opened: the places taken may not.
        guard reader.layers < layerCount, try reader.next(), reader.sites <= sites.count,
          reader.wideLayers <= model.pointee.wideLayers.int
        else { throw .imageSection }
        enter(reader, placing, site: site, wideLayer: wide)
        placing.pointee.isFirstToDecide =
          placing.pointee.isFirstToDecide && reader.sites == 0 && reader.wideLayers == 0
      }
      guard reader.layers == layerCount, reader.sites == sites.count,
        reader.wideLayers == model.pointee.wideLayers.int
      else { throw .imageSection }
      try reader.head()
      guard reader.reading.result == model.pointee.result else { throw .imageSection }
      enter(reader, placing, site: sites.count, wideLayer: 0)
    }
    self.placing = placing
  }

  /// Enters what has been placed in the table of layers.
  private func enter(
    _ reader: LayerReader, _ placing: UnsafeMutablePointer<Placing>, site: Int, wideLayer: Int
  ) {
    guard placing.pointee.arena.isWritable, let state = placing.pointee.state,
      let function = reader.run
    else { return }
    let bits = reader.reading.site.bits
    for bit in indices(bits) {
      sites.drops[site &+ bit] = reader.reading.site.probability(bit: bit)
    }
    let number = placing.pointee.placed
    let layerSite = LayerSite(
      bits: bits, shift: sites.count &- site &- bits,
      wideLayer: reader.reading.site.isWide ? wideLayer : nil)
    (layers + number).initialize(
      to: PlacedLayer(function: function, state: state, site: layerSite))
    placing.pointee.placed &+= 1
  }
}
