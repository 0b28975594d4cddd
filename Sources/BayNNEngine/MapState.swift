// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Any layer but a dense one at work; empty where `MapLayer` is.
#if BAYNN_DENSE
  enum MapState {
    func restart() { switch self {} }
    func runPiece(
      _ pass: Pass, _ space: Workspace, onlyDecides: Bool
    ) -> (work: Int, isDone: Bool) { switch self {} }
  }
#else
  enum MapState {
    case convolution(UnsafeMutablePointer<ConvolutionState>)
    case affine(UnsafeMutablePointer<AffineState>)
    case normalization(UnsafeMutablePointer<NormalizationState>)
    case pool(UnsafeMutablePointer<PoolState>)
    case add(UnsafeMutablePointer<JoinState>)
    case concatenate(UnsafeMutablePointer<JoinState>)
    case upsample(UnsafeMutablePointer<UpsampleState>)
    case lstm(UnsafeMutablePointer<LSTMState>)

    func restart() {
      switch self {
      case .convolution(let state): state.pointee.restart()
      case .lstm(let state): state.pointee.restart()
      case .affine, .normalization, .pool, .add, .concatenate, .upsample: break
      }
    }

    func runPiece(
      _ pass: Pass, _ space: Workspace, onlyDecides: Bool
    ) -> (work: Int, isDone: Bool) {
      switch self {
      case .convolution(let convolution):
        let turned = onlyDecides ? convolution.pointee.turnRowToSibling() : nil
        let work = turned ?? convolution.pointee.runRow(pass, space)
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
#endif
