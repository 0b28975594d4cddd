// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// How each kind of layer takes room for its state, and writes it only if the room is real.
extension Planner {
  func place(
    _ layer: Layer, _ last: TensorShape, _ output: Tensor, _ site: LayerSite,
    _ arena: inout Arena
  ) -> LayerState? {
    switch layer {
    case .dense(let layer):
      placeDense(layer, from: last, index: reader.layers &- 1, &arena).map { .dense($0) }
    case .map(let layer): place(layer, output, site, &arena).map { .map($0) }
    }
  }

  /// `index`: of the tensor that the layer takes.
  @inline(never)
  func placeDense(
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

  #if BAYNN_DENSE
    private func place(
      _ layer: MapLayer, _ output: Tensor, _ site: LayerSite, _ arena: inout Arena
    ) -> MapState? { switch layer {} }
  #else
    private func place(
      _ layer: MapLayer, _ output: Tensor, _ site: LayerSite, _ arena: inout Arena
    ) -> MapState? {
      switch layer {
      case .convolution(let layer): place(layer, output, site, &arena)
      case .affine(let layer): place(layer, output, site, &arena)
      case .normalization(let layer): place(layer, output, site, &arena)
      case .pool(let layer): place(layer, output, &arena)
      case .add(let layer): place(layer, output, &arena).map { .add($0) }
      case .concatenate(let layer): place(layer, output, &arena).map { .concatenate($0) }
      case .upsample(let layer): place(layer, output, &arena)
      case .lstm(let layer): place(layer, output, &arena)
      }
    }

    private func place(
      _ layer: ConvolutionLayer, _ output: Tensor, _ site: LayerSite, _ arena: inout Arena
    ) -> MapState? {
      let target = arena.take(ConvolutionState.self, count: 1)
      let words = ConvolutionState.keptWords(layer)
      let kept = words > 0 ? arena.take(UInt32.self, count: words) : nil
      let hasSibling = keepsSiblings && layer.weights.copies == 1 && layer.site.bits == 1
      let sibling =
        hasSibling ? arena.take(UInt32.self, count: layer.output.memoryWords) : nil
      guard arena.isPlaced else { return nil }
      target.initialize(
        to: ConvolutionState(
          layer, from: tensors[layer.source.int], to: output, site: site, kept: kept,
          sibling: sibling))
      return .convolution(target)
    }

    private func place(
      _ layer: AffineLayer, _ output: Tensor, _ site: LayerSite, _ arena: inout Arena
    ) -> MapState? {
      let target = arena.take(AffineState.self, count: 1)
      let scales = layer.site.isWide ? arena.take(Int32.self, count: layer.site.draws) : nil
      guard arena.isPlaced else { return nil }
      target.initialize(
        to: AffineState(
          layer: layer, source: tensors[layer.source.int], output: output, site: site,
          scales: scales))
      return .affine(target)
    }

    private func place(
      _ layer: NormalizationLayer, _ output: Tensor, _ site: LayerSite, _ arena: inout Arena
    ) -> MapState? {
      let target = arena.take(NormalizationState.self, count: 1)
      guard arena.isPlaced else { return nil }
      target.initialize(
        to: NormalizationState(
          layer: layer, source: tensors[layer.source.int], output: output, site: site))
      return .normalization(target)
    }

    private func place(
      _ layer: PoolLayer, _ output: Tensor, _ arena: inout Arena
    ) -> MapState? {
      let target = arena.take(PoolState.self, count: 1)
      guard arena.isPlaced else { return nil }
      target.initialize(
        to: PoolState(layer: layer, source: tensors[layer.source.int], output: output))
      return .pool(target)
    }

    private func place(
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

    private func place(
      _ layer: UpsampleLayer, _ output: Tensor, _ arena: inout Arena
    ) -> MapState? {
      let target = arena.take(UpsampleState.self, count: 1)
      guard arena.isPlaced else { return nil }
      target.initialize(
        to: UpsampleState(layer: layer, source: tensors[layer.source.int], output: output))
      return .upsample(target)
    }

    private func place(
      _ layer: LSTMLayer, _ output: Tensor, _ arena: inout Arena
    ) -> MapState? {
      let target = arena.take(LSTMState.self, count: 1)
      let memory = LSTMState.Memory(layer, arena: &arena)
      guard arena.isPlaced else { return nil }
      target.initialize(
        to: LSTMState(layer, from: tensors[layer.source.int], to: output, memory: memory))
      return .lstm(target)
    }
  #endif
}
