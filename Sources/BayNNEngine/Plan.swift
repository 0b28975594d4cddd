// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Where everything that a session works with lies in its storage. The same code measures
/// it and lays it out, so that both agree; parts are written only if the storage is real.
struct Plan {
  let input: Input
  let layers: UnsafeMutablePointer<PlacedLayer>
  let layerCount: Int
  let tensors: UnsafeMutablePointer<Tensor>
  let space: Workspace
  let sites: SiteProbabilities
  let head: HeadState

  init(
    _ model: Model, _ config: SessionConfig, _ table: TensorTable,
    accelerator: UnsafeMutablePointer<Accelerator>?, arena: inout Arena
  ) throws(Fault) {
    var planner = Planner(model, config, table, accelerator: accelerator, &arena)
    while try planner.placeNext(&arena) {}
    head = try planner.placeHead(config, &arena)
    guard !arena.isExhausted else { throw .imageShape }
    input = planner.input
    layers = planner.layers
    layerCount = model.layers.int
    tensors = planner.tensors
    space = planner.space
    sites = planner.sites
  }
}

/// Lays a plan out, layer by layer.
struct Planner {
  private(set) var reader: LayerReader
  private let model: Model
  let layers: UnsafeMutablePointer<PlacedLayer>
  let tensors: UnsafeMutablePointer<Tensor>
  let sites: SiteProbabilities
  let space: Workspace
  let input: Input
  /// Dense layers have no counters of their own.
  let sharesCounters: Bool
  /// Convolutions keep what their other state makes.
  let keepsSiblings: Bool

  init(
    _ model: Model, _ config: SessionConfig, _ table: TensorTable,
    accelerator: UnsafeMutablePointer<Accelerator>?, _ arena: inout Arena
  ) {
    self.model = model
    reader = model.makeLayerReader(table)
    layers = arena.take(PlacedLayer.self, count: model.layers.int)
    tensors = arena.take(Tensor.self, count: model.layers.int &+ 1)
    sites = SiteProbabilities(
      drops: arena.take(UInt16.self, count: model.sites.int), count: model.sites.int)
    space = Workspace(
      model.scratch, keepsSums: config.keepsSums, accelerator: accelerator, arena: &arena)
    sharesCounters = !config.keepsSums
    if case .deterministic = config.posterior {
      keepsSiblings = false
    } else {
      keepsSiblings = config.keepsSums
    }
    let shape = reader.tensors.last
    input = Input(
      shape, takesPlanes: model.takesInputPlanes, takesBytes: model.takesInputBytes, &arena)
    if arena.isPlaced { tensors.initialize(to: Tensor(shape, memory: input.memory)) }
  }

  /// Places the next layer; false if there is none.
  mutating func placeNext(_ arena: inout Arena) throws(Fault) -> Bool {
    let (site, wide) = (reader.sites, reader.wideLayers)
    let source = reader.tensors.last
    guard let layer = try reader.next() else { return false }
    let index = reader.layers &- 1
    // The image may have changed since it was opened: the places taken may not.
    guard index < model.layers.int, reader.sites <= sites.count,
      reader.wideLayers <= model.wideLayers.int, model.scratch.covers(layer.scratch),
      model.covers(layer)
    else { throw .imageSection }
    let output = Tensor(
      reader.tensors.last,
      memory: arena.take(UInt32.self, count: reader.tensors.last.memoryWords))
    let bits = layer.site.bits
    let layerSite = LayerSite(
      bits: bits, shift: sites.count &- site &- bits,
      wideLayer: layer.site.isWide ? wide : nil)
    let state = place(layer, source, output, layerSite, &arena)
    guard !arena.isExhausted else { throw .imageShape }
    if arena.isPlaced, let state {
      for bit in indices(bits) {
        sites.drops[site &+ bit] = layer.site.probability(bit: bit)
      }
      (tensors + (index &+ 1)).initialize(to: output)
      (layers + index).initialize(to: PlacedLayer(state: state, site: layerSite))
    }
    return true
  }

  mutating func placeHead(
    _ config: SessionConfig, _ arena: inout Arena
  ) throws(Fault) -> HeadState {
    let head = try reader.head()
    guard reader.layers == model.layers.int, reader.sites == sites.count,
      reader.wideLayers == model.wideLayers.int, head.classes == model.classes.int,
      head.outputs == model.outputs.int, head.positions == model.positions
    else { throw .imageSection }
    let last = Tensor(
      reader.tensors.last,
      memory: arena.isPlaced ? tensors[reader.layers].memory : space.counters)
    var dense: UnsafeMutablePointer<DenseState>?
    if case .softmax(let softmax) = head {
      guard model.scratch.covers(softmax.layer.scratch) else { throw .imageSection }
      dense = placeDense(softmax.layer, from: last.shape, index: reader.layers, &arena)
    }
    return HeadState(
      head, last: last, dense: dense, countsVotes: config.stopsBelow != nil, arena: &arena)
  }
}
