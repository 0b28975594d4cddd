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
    _ = try Session(model, config, arena: &arena)
    return arena.bytes
  }

  /// Makes a session at the start of `storage`, which is aligned to `Arena.alignment`.
  package static func make(
    in storage: UnsafeMutableRawPointer, bytes: Int, _ model: Model,
    _ config: SessionConfig
  ) throws(Fault) -> UnsafeMutablePointer<Session> {
    guard bytes >= (try storageBytes(model, config)) else { throw .storage }
    var arena = Arena(storage: storage)
    let session = arena.take(Session.self, count: 1)
    session.initialize(to: try Session(model, config, arena: &arena))
    return session
  }

  private init(
    _ model: Model, _ config: SessionConfig, arena: inout Arena
  ) throws(Fault) {
    try config.check(sites: model.sites)
    keepsSums = config.keepsSums
    policy = model.policy
    maximum = model.input.maximum
    call = config.firstCall
    layerCount = model.layers.int
    layers = arena.take(LayerState.self, count: layerCount)
    let siteCount = model.sites.int
    let sites = SiteProbabilities(
      drops: arena.take(UInt16.self, count: siteCount), count: siteCount)
    let capacity = RowList.capacity(rows: model.rowsMax.int)
    list = RowList(offsets: arena.take(UInt32.self, count: capacity), capacity: capacity)
    let shared =
      config.keepsSums ? nil : arena.take(UInt32.self, count: model.counterWordsMax.int)
    head = try Session.makeLayers(model, layers, sites, shared, &arena)
    leaves = LeafSequence(
      config.posterior, sites: sites,
      draws: arena.take(UInt32.self, count: LeafSequence.drawCount(config.posterior)))
    logits = arena.take(UInt32.self, count: head.classes)
    distances = arena.take(UInt32.self, count: head.classes)
    average = Average(
      sums: arena.take(UInt64.self, count: head.classes), classes: head.classes)
  }

  /// Lays out all layers; writes them and the sites only if the storage is real.
  private static func makeLayers(
    _ model: Model, _ layers: UnsafeMutablePointer<LayerState>,
    _ sites: SiteProbabilities, _ shared: UnsafeMutablePointer<UInt32>?,
    _ arena: inout Arena
  ) throws(Fault) -> SoftmaxHead {
    var reader = model.makeLayerReader()
    // The image may have changed since it was opened: the places taken may not.
    let last = model.layers.int &- 1
    while let layer = try reader.next() {
      guard reader.layers <= last, reader.sites <= sites.count, fits(layer, model) else {
        throw .imageSection
      }
      var siteBit: UInt32 = 0
      if layer.states == 2 {
        let site = reader.sites &- 1
        siteBit = sites.bit(site)
        if arena.isPlaced {
          sites.drops[site] = UInt16(truncatingIfNeeded: layer.dropProbability)
        }
      }
      place(layer, siteBit, layers + (reader.layers &- 1), shared, &arena)
    }
    guard reader.layers == last, reader.sites == sites.count else { throw .imageSection }
    let head = try reader.head()
    guard head.classes == model.classes.int, fits(head.layer, model) else {
      throw .imageSection
    }
    place(head.layer, 0, layers + last, shared, &arena)
    return head
  }

  /// True if counters in common are large enough for the layer, as they were when the
  /// image was opened.
  private static func fits(_ layer: DenseLayer, _ model: Model) -> Bool {
    let words = layer.counterPlanes &* layer.weights.words
    return words <= model.counterWordsMax.int
  }

  /// Lays out a layer, and writes it only if the storage is real.
  private static func place(
    _ layer: DenseLayer, _ siteBit: UInt32, _ target: UnsafeMutablePointer<LayerState>,
    _ shared: UnsafeMutablePointer<UInt32>?, _ arena: inout Arena
  ) {
    let state = LayerState(layer, siteBit: siteBit, shared: shared, arena: &arena)
    if arena.isPlaced { target.initialize(to: state) }
  }
}
