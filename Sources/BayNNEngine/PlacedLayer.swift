// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A layer of a session's table: what runs it, on which state, by which decisions.
struct PlacedLayer {
  let function: LayerPart.RunFunction
  let state: UnsafeMutableRawPointer
  let site: LayerSite
}

/// What one piece of work is told, and what it tells.
struct PieceRun {
  let pass: UnsafePointer<Pass>
  let space: Workspace
  /// Memory of the tensors.
  let memories: UnsafePointer<UnsafeMutablePointer<UInt32>>
  /// Number of the inference, so that a layer knows whether its sums stand for it.
  let inference: UInt32
  let site: LayerSite
  /// Number of the piece: a row of output positions, a step in time.
  var piece: Int
  /// Only the layer's own decision is another one since it ran last.
  let onlyDecides: Bool
  /// Of the head: weight of the leaf, and whether it is the first one and has a vote.
  let weight: UInt32
  let isFirst: Bool
  let countsVotes: Bool
  /// False if further pieces follow.
  var isDone = true

  /// The layer's state under the current mask.
  @inline(__always) var state: Int { site.state(pass.pointee.mask) }
}
