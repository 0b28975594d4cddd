// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A layer at work: what it is, and where its memory lies.
enum LayerState {
  case dense(UnsafeMutablePointer<DenseState>)
  case convolution(UnsafeMutablePointer<ConvolutionState>)
  case affine(UnsafeMutablePointer<AffineState>)
  case normalization(UnsafeMutablePointer<NormalizationState>)
  case pool(UnsafeMutablePointer<PoolState>)
  case add(UnsafeMutablePointer<JoinState>)
  case concatenate(UnsafeMutablePointer<JoinState>)
  case upsample(UnsafeMutablePointer<UpsampleState>)
  case lstm(UnsafeMutablePointer<LSTMState>)

  /// What is kept of an inference before no longer holds.
  func restart() {
    switch self {
    case .dense(let state): state.pointee.invalidate()
    case .convolution(let state): state.pointee.restart()
    case .lstm(let state): state.pointee.restart()
    case .affine, .normalization, .pool, .add, .concatenate, .upsample: break
    }
  }
}

/// A layer and its decisions.
struct PlacedLayer {
  let state: LayerState
  let site: LayerSite

  /// Runs a piece of the layer. `onlyDecides`: only its own decision is another one, since it
  /// ran last.
  ///
  /// - Returns: units of work, and whether the layer has come to its end.
  func runPiece(
    _ pass: Pass, _ space: Workspace, into output: Tensor, keepsSums: Bool,
    onlyDecides: Bool
  ) -> (work: Int, isDone: Bool) {
    switch state {
    case .dense(let dense):
      let work = dense.pointee.count(space.list)
      if !keepsSums { dense.pointee.invalidate() }
      let fired = dense.pointee.fire(state: site.state(pass.mask), into: output.memory)
      return (work &+ fired, true)
    case .convolution(let convolution):
      if onlyDecides, let work = convolution.pointee.turnToSibling() { return (work, true) }
      let work = convolution.pointee.runRow(pass, space)
      return (work, !convolution.pointee.isUnderWay)
    case .lstm(let lstm):
      let work = lstm.pointee.runStep(space)
      return (work, !lstm.pointee.isUnderWay)
    case .affine(let affine): return (affine.pointee.run(pass), true)
    case .normalization(let normalization): return (normalization.pointee.run(pass), true)
    case .pool(let pool): return (pool.pointee.run(), true)
    case .add(let join): return (join.pointee.add(), true)
    case .concatenate(let join): return (join.pointee.concatenate(), true)
    case .upsample(let upsample): return (upsample.pointee.run(), true)
    }
  }
}
