// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// How each kind of layer takes room for its state, and writes it only if the room is real.
extension Planner {
  func place(
    _ layer: Layer, _ last: TensorShape, _ output: Tensor, _ site: LayerSite,
    _ arena: inout Arena
  ) -> LayerState? {
    #if !BAYNN_DENSE
      if case .map(let layer) = layer {
        return place(layer, output, site, &arena).map { .map($0) }
      }
    #endif
    guard case .dense(let layer) = layer else { return nil }
    return placeDense(layer, from: last, index: reader.layers &- 1, &arena).map { .dense($0) }
  }

  /// `index`: of the tensor that the layer takes.
  func placeDense(
    _ layer: DenseLayer, from shape: TensorShape, index: Int, _ arena: inout Arena
  ) -> UnsafeMutablePointer<DenseState>? {
    let inputs =
      shape.kind == .input
      ? input.planes
      : BitMatrix(
        base: arena.isPlaced ? tensors[index].memory : space.counters, rows: 1,
        words: shape.words)
    let state = DenseState(
      layer.weights, inputs: inputs, shared: sharesCounters ? space.counters : nil,
      arena: &arena)
    return put(&arena, state)
  }

  /// Room for a state. What makes it may read the tensors before: only if they are there.
  private func put<State>(
    _ arena: inout Arena, _ state: @autoclosure () -> State
  ) -> UnsafeMutablePointer<State>? {
    let target = arena.take(State.self, count: 1)
    guard arena.isPlaced else { return nil }
    target.initialize(to: state())
    return target
  }

  #if !BAYNN_DENSE
    private func place(
      _ layer: MapLayer, _ output: Tensor, _ site: LayerSite, _ arena: inout Arena
    ) -> MapState? {
      switch layer {
      case .convolution(let layer): placeConvolution(layer, output, site, &arena)
      case .affine(let layer): placeAffine(layer, output, site, &arena)
      case .normalization(let layer):
        put(
          &arena,
          NormalizationState(
            layer: layer, source: tensors[layer.source.int], output: output, site: site)
        ).map { .normalization($0) }
      case .pool(let layer):
        put(&arena, PoolState(layer: layer, source: tensors[layer.source.int], output: output))
          .map { .pool($0) }
      case .add(let layer): placeJoin(layer, output, &arena).map { .add($0) }
      case .concatenate(let layer):
        placeJoin(layer, output, &arena).map { .concatenate($0) }
      case .upsample(let layer):
        put(
          &arena, UpsampleState(layer: layer, source: tensors[layer.source.int], output: output)
        ).map { .upsample($0) }
      case .lstm(let layer): placeLSTM(layer, output, &arena)
      }
    }

    private func placeConvolution(
      _ layer: ConvolutionLayer, _ output: Tensor, _ site: LayerSite, _ arena: inout Arena
    ) -> MapState? {
      let words = ConvolutionState.keptWords(layer)
      let kept = words > 0 ? arena.take(UInt32.self, count: words) : nil
      let hasSibling = keepsSiblings && layer.weights.copies == 1 && layer.site.bits == 1
      let sibling =
        hasSibling ? arena.take(UInt32.self, count: layer.output.memoryWords) : nil
      return put(
        &arena,
        ConvolutionState(
          layer, from: tensors[layer.source.int], to: output, site: site, kept: kept,
          sibling: sibling)
      ).map { .convolution($0) }
    }

    private func placeAffine(
      _ layer: AffineLayer, _ output: Tensor, _ site: LayerSite, _ arena: inout Arena
    ) -> MapState? {
      let scales = layer.site.isWide ? arena.take(Int32.self, count: layer.site.draws) : nil
      return put(
        &arena,
        AffineState(
          layer: layer, source: tensors[layer.source.int], output: output, site: site,
          scales: scales)
      ).map { .affine($0) }
    }

    private func placeJoin(
      _ layer: JoinLayer, _ output: Tensor, _ arena: inout Arena
    ) -> UnsafeMutablePointer<JoinState>? {
      put(
        &arena,
        JoinState(
          layer: layer, first: tensors[layer.first.int], second: tensors[layer.second.int],
          output: output))
    }

    private func placeLSTM(
      _ layer: LSTMLayer, _ output: Tensor, _ arena: inout Arena
    ) -> MapState? {
      let memory = LSTMState.Memory(layer, arena: &arena)
      return put(
        &arena,
        LSTMState(layer, from: tensors[layer.source.int], to: output, memory: memory)
      ).map { .lstm($0) }
    }
  #endif
}
