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
    _ model: Model, _ config: SessionConfig, _ table: TensorTable, arena: inout Arena
  ) throws(Fault) {
    var planner = Planner(model, config, table, &arena)
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
private struct Planner {
  private var reader: LayerReader
  private let model: Model
  let layers: UnsafeMutablePointer<PlacedLayer>
  let tensors: UnsafeMutablePointer<Tensor>
  let sites: SiteProbabilities
  let space: Workspace
  let input: Input
  /// Dense layers have no counters of their own.
  private let sharesCounters: Bool
  /// Convolutions keep what their other state makes.
  private let keepsSiblings: Bool

  init(
    _ model: Model, _ config: SessionConfig, _ table: TensorTable, _ arena: inout Arena
  ) {
    self.model = model
    reader = model.makeLayerReader(table)
    layers = arena.take(PlacedLayer.self, count: model.layers.int)
    tensors = arena.take(Tensor.self, count: model.layers.int &+ 1)
    sites = SiteProbabilities(
      drops: arena.take(UInt16.self, count: model.sites.int), count: model.sites.int)
    space = Workspace(model.scratch, keepsSums: config.keepsSums, arena: &arena)
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

  /// Takes room for a layer's state, and writes it only if the room is real.
  private func place(
    _ layer: Layer, _ last: TensorShape, _ output: Tensor, _ site: LayerSite,
    _ arena: inout Arena
  ) -> LayerState? {
    switch layer {
    case .dense(let dense):
      return placeDense(dense, from: last, index: reader.layers &- 1, &arena)
        .map { .dense($0) }
    case .convolution(let layer):
      let target = arena.take(ConvolutionState.self, count: 1)
      let words = ConvolutionState.keptWords(layer)
      let kept = words > 0 ? arena.take(UInt32.self, count: words) : nil
      let sibling =
        keepsSiblings && layer.weights.copies == 1 && layer.site.bits == 1
        ? arena.take(UInt32.self, count: layer.output.memoryWords) : nil
      guard arena.isPlaced else { return nil }
      target.initialize(
        to: ConvolutionState(
          layer, from: tensors[layer.source.int], to: output, site: site, kept: kept,
          sibling: sibling))
      return .convolution(target)
    case .affine(let layer):
      let target = arena.take(AffineState.self, count: 1)
      let scales =
        layer.site.isWide ? arena.take(Int32.self, count: layer.site.draws) : nil
      guard arena.isPlaced else { return nil }
      target.initialize(
        to: AffineState(
          layer: layer, source: tensors[layer.source.int], output: output, site: site,
          scales: scales))
      return .affine(target)
    case .normalization(let layer):
      let target = arena.take(NormalizationState.self, count: 1)
      guard arena.isPlaced else { return nil }
      target.initialize(
        to: NormalizationState(
          layer: layer, source: tensors[layer.source.int], output: output, site: site))
      return .normalization(target)
    case .pool(let layer):
      let target = arena.take(PoolState.self, count: 1)
      guard arena.isPlaced else { return nil }
      target.initialize(
        to: PoolState(layer: layer, source: tensors[layer.source.int], output: output))
      return .pool(target)
    case .add(let layer):
      return placeJoin(layer, output, &arena).map { .add($0) }
    case .concatenate(let layer):
      return placeJoin(layer, output, &arena).map { .concatenate($0) }
    case .upsample(let layer):
      let target = arena.take(UpsampleState.self, count: 1)
      guard arena.isPlaced else { return nil }
      target.initialize(
        to: UpsampleState(layer: layer, source: tensors[layer.source.int], output: output))
      return .upsample(target)
    case .lstm(let layer):
      let target = arena.take(LSTMState.self, count: 1)
      let memory = LSTMState.Memory(layer, arena: &arena)
      guard arena.isPlaced else { return nil }
      target.initialize(
        to: LSTMState(
          layer, from: tensors[layer.source.int], to: output, memory: memory))
      return .lstm(target)
    }
  }

  private func placeJoin(
    _ layer: JoinLayer, _ output: Tensor, _ arena: inout Arena
  ) -> UnsafeMutablePointer<JoinState>? {
    let target = arena.take(JoinState.self, count: 1)
    guard arena.isPlaced else { return nil }
    target.initialize(
      to: JoinState(
        layer: layer, first: tensors[layer.first.int], second: tensors[layer.second.int],
        output: output))
    return target
  }

  /// `index`: of the tensor that the layer takes.
  private func placeDense(
    _ layer: DenseLayer, from shape: TensorShape, index: Int, _ arena: inout Arena
  ) -> UnsafeMutablePointer<DenseState>? {
    let target = arena.take(DenseState.self, count: 1)
    let inputs =
      shape.kind == .input
      ? input.planes
      : BitMatrix(
        base: arena.isPlaced ? tensors[index].memory : space.counters, rows: 1,
        words: shape.words)
    let state = DenseState(
      layer.weights, inputs: inputs, shared: sharesCounters ? space.counters : nil,
      arena: &arena)
    guard arena.isPlaced else { return nil }
    target.initialize(to: state)
    return target
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
