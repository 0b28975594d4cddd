// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

extension Session {
  /// Bytes of storage that a session needs.
  package static func storageBytes(
    _ model: borrowing Model, _ config: SessionConfig
  ) throws(SessionFault) -> Int {
    var arena = Arena()
    _ = arena.take(Session.self, count: 1)
    _ = try Session(model, config, arena: &arena)
    return arena.bytes
  }

  /// Makes a session at the start of `storage`, which is aligned to `Arena.alignment`.
  package static func make(
    in storage: UnsafeMutableRawPointer, bytes: Int, _ model: borrowing Model,
    _ config: SessionConfig
  ) throws(SessionFault) -> UnsafeMutablePointer<Session> {
    guard bytes >= (try storageBytes(model, config)) else { throw .storage }
    var arena = Arena(storage: storage)
    let session = arena.take(Session.self, count: 1)
    session.initialize(to: try Session(model, config, arena: &arena))
    return session
  }

  private init(
    _ model: borrowing Model, _ config: SessionConfig, arena: inout Arena
  ) throws(SessionFault) {
    try config.check(sites: model.sites)
    keepsSums = config.keepsSums
    policy = model.policy
    maximum = model.input.maximum
    call = config.firstCall
    layerCount = Int(model.layers)
    layers = arena.take(LayerState.self, count: layerCount)
    let siteCount = Int(model.sites)
    let sites = SiteProbabilities(
      drops: arena.take(UInt16.self, count: siteCount), count: siteCount)
    do {
      let needs = try Needs(model)
      let shared = config.keepsSums ? nil : arena.takeBits(rows: 1, words: needs.counterWords)
      let capacity = RowList.capacity(rows: needs.listRows)
      list = RowList(offsets: arena.take(UInt32.self, count: capacity), capacity: capacity)
      head = try Session.makeLayers(model, layers, sites, shared, &arena)
    } catch {
      throw .image(error)
    }
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
    _ model: borrowing Model, _ layers: UnsafeMutablePointer<LayerState>,
    _ sites: SiteProbabilities, _ shared: BitMatrix?, _ arena: inout Arena
  ) throws(ImageFault) -> SoftmaxHead {
    var reader = model.makeLayerReader()
    // The image may have changed since it was opened: the places taken may not.
    let last = Int(model.layers) &- 1
    while let layer = try reader.next() {
      guard reader.layers <= last, reader.sites <= sites.count else { throw .section }
      let site = layer.states == 2 ? reader.sites &- 1 : nil
      let state = LayerState(
        layer, siteBit: site.map { sites.bit($0) } ?? 0, counters: shared, arena: &arena)
      if arena.isPlaced {
        (layers + (reader.layers &- 1)).initialize(to: state)
        if let site {
          sites.drops[site] = UInt16(truncatingIfNeeded: layer.dropProbability)
        }
      }
    }
    guard reader.layers == last, reader.sites == sites.count else { throw .section }
    let head = try reader.head()
    guard head.classes == Int(model.classes) else { throw .section }
    let state = LayerState(head.layer, siteBit: 0, counters: shared, arena: &arena)
    if arena.isPlaced { (layers + last).initialize(to: state) }
    return head
  }

  /// What the layers need in common.
  private struct Needs {
    /// Words of the largest layer's counters.
    var counterWords = 0
    /// The most rows that a layer visits in one go.
    var listRows = 0

    init(_ model: borrowing Model) throws(ImageFault) {
      var reader = model.makeLayerReader()
      while let layer = try reader.next() { add(layer) }
      try add(reader.head().layer)
    }

    private mutating func add(_ layer: DenseLayer) {
      counterWords = max(
        counterWords, LayerState.counterPlanes(layer) &* layer.weights.words)
      listRows = max(listRows, layer.maximum == 1 ? layer.inputs / 2 : layer.inputs)
    }
  }
}
