// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A layer at work: what it is, and where its memory lies.
enum LayerState {
  case dense(UnsafeMutablePointer<DenseState>)
  case map(MapState)

  /// What is kept of an inference before no longer holds.
  func restart() {
    switch self {
    case .dense(let state): state.pointee.invalidate()
    case .map(let state): state.restart()
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
      let work = dense.pointee.count(space)
      if !keepsSums { dense.pointee.invalidate() }
      let fired = dense.pointee.fire(state: site.state(pass.mask), into: output.memory)
      return (work &+ fired, true)
    case .map(let map): return map.runPiece(pass, space, onlyDecides: onlyDecides)
    }
  }
}
