// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Where everything that a session works with lies in its storage. The same code measures
/// it and lays it out, so that both agree.
struct Plan {
  let input: Input
  let layers: UnsafeMutablePointer<PlacedLayer>
  let layerCount: Int
  let tensors: UnsafeMutablePointer<Tensor>
  let space: Workspace
  let sites: SiteProbabilities
  let head: HeadState

  /// Lays out a session; writes its parts only if the arena is real memory.
  init(_ model: Model, _ config: SessionConfig, arena: inout Arena) throws(Fault) {
    var builder = PlanBuilder(model, config, arena: &arena)
    while try builder.placeNext(&arena) {}
    head = try builder.placeHead(config, &arena)
    guard !arena.isExhausted else { throw .imageShape }
    input = builder.input
    layers = builder.layers
    layerCount = builder.layerCount
    tensors = builder.tensors
    space = builder.space
    sites = builder.sites
  }
}

/// Lays a plan out, layer by layer.
private struct PlanBuilder {
  var reader: LayerReader
  let model: Model
  let layers: UnsafeMutablePointer<PlacedLayer>
  let layerCount: Int
  let tensors: UnsafeMutablePointer<Tensor>
  let sites: SiteProbabilities
  let space: Workspace
  /// Counters for layers that keep none of their own.
  let shared: UnsafeMutablePointer<UInt32>?
  let inputPlanes: BitMatrix?
  let inputBytes: UnsafeMutablePointer<UInt8>?
  let inputShape: TensorShape

  var input: Input { Input(inputShape, planes: inputPlanes, bytes: inputBytes) }

  init(_ model: Model, _ config: SessionConfig, arena: inout Arena) {
    self.model = model
    reader = model.makeLayerReader()
    layerCount = model.layers.int
    layers = arena.take(PlacedLayer.self, count: layerCount)
    tensors = arena.take(Tensor.self, count: layerCount &+ 1)
    sites = SiteProbabilities(
      drops: arena.take(UInt16.self, count: model.sites.int), count: model.sites.int)
    space = Workspace(model.scratch, keepsSums: config.keepsSums, arena: &arena)
    shared = config.keepsSums ? nil : space.counters
    inputShape = reader.tensors.last
    inputPlanes =
      model.takesInputPlanes
      ? arena.takeBits(
        rows: Int(inputShape.bits), words: wordCount(lanes: inputShape.elements)) : nil
    inputBytes =
      model.takesInputBytes ? arena.take(UInt8.self, count: inputShape.elements) : nil
    if arena.isPlaced {
      let bytes = UnsafeMutableRawPointer(inputBytes ?? arena.take(UInt8.self, count: 0))
      tensors.initialize(
        to: Tensor(inputShape, memory: bytes.assumingMemoryBound(to: UInt32.self)))
    }
  }

  /// Places the next layer; false if there is none.
  mutating func placeNext(_ arena: inout Arena) throws(Fault) -> Bool {
    let (site, wide) = (reader.sites, reader.wideLayers)
    let source = reader.tensors.last
    guard let layer = try reader.next() else { return false }
    let index = reader.layers &- 1
    // The image may have changed since it was opened: the places taken may not.
    guard index < layerCount, reader.sites <= sites.count,
      reader.wideLayers <= model.wideLayers.int, model.scratch.covers(layer.scratch),
      model.covers(layer)
    else { throw .imageSection }
    let output = Tensor(
      reader.tensors.last,
      memory: arena.take(UInt32.self, count: reader.tensors.last.memoryWords))
    let bits = layer.site.bits
    let layerSite = LayerSite(
      bits: sites.bits(from: site, count: bits), shift: sites.shift(from: site, count: bits),
      wideLayer: layer.site.isWide ? UInt32(truncatingIfNeeded: wide) : nil)
    let state = place(layer, source, output, layerSite, &arena)
    guard !arena.isExhausted else { throw .imageShape }
    if arena.isPlaced, let state {
      for bit in indices(bits) {
        sites.drops[site &+ bit] = UInt16(
          truncatingIfNeeded: layer.site.probability(bit: bit))
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
      let state = placeDense(dense, from: last, index: reader.layers &- 1, &arena)
      return state.map { .dense($0, output.memory) }
    case .convolution(let layer):
      let target = arena.take(ConvolutionState.self, count: 1)
      let words = ConvolutionState.keptWords(layer)
      let kept = words > 0 ? arena.take(UInt32.self, count: words) : nil
      guard arena.isPlaced else { return nil }
      target.initialize(
        to: ConvolutionState(
          layer, from: tensors[layer.source.int], to: output, site: site, kept: kept))
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
    let placed = arena.isPlaced && shape.kind == .codes
    let codes = BitMatrix(
      base: placed ? tensors[index].memory : space.counters, rows: 1, words: shape.words)
    let inputs = shape.kind == .input ? inputPlanes ?? codes : codes
    let state = DenseState(layer, inputs: inputs, shared: shared, arena: &arena)
    guard arena.isPlaced, !arena.isExhausted else { return nil }
    target.initialize(to: state)
    return target
  }

  mutating func placeHead(
    _ config: SessionConfig, _ arena: inout Arena
  ) throws(Fault) -> HeadState {
    let head = try reader.head()
    guard reader.layers == layerCount, reader.sites == sites.count,
      reader.wideLayers == model.wideLayers.int, head.classes == model.classes.int,
      head.outputs == model.outputs.int, head.positions == model.positions
    else { throw .imageSection }
    var dense: UnsafeMutablePointer<DenseState>?
    if case .softmax(let softmax) = head {
      guard model.scratch.covers(softmax.layer.scratch) else { throw .imageSection }
      dense = placeDense(softmax.layer, from: reader.tensors.last, index: layerCount, &arena)
    }
    let last =
      arena.isPlaced
      ? tensors[layerCount] : Tensor(reader.tensors.last, memory: space.counters)
    return HeadState(
      head, last: last, dense: dense, countsVotes: config.stopsBelow != nil, arena: &arena)
  }
}
