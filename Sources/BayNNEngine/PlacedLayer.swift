// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A layer of a session's table: what runs it, on which state, by which decisions.
struct PlacedLayer {
  let function: LayerPart.RunFunction
  let state: UnsafeMutableRawPointer
  let site: LayerSite
  /// Output positions of a piece.
  let positions: UInt32
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
  /// Where the piece begins: 0, or what the piece before it has entered as `next`. Counts
  /// positions, groups or steps in time.
  var piece: Int
  /// Output positions of a piece at most, of layers that work position by position.
  let positions: Int
  /// The caller asks for no bound: lists of rows are counted to the end.
  let isUnbounded: Bool
  /// It is the first piece of a call: what only speeds it up is not taken over from others,
  /// since memory may have been damaged meanwhile.
  let isFirstOfCall: Bool
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

  /// Where the layer goes on unless it is done.
  var next: Int

  /// The positions of this piece, of `count` in all.
  @inline(never)
  mutating func take(of count: Int) -> (first: Int, end: Int) {
    next = min(count, piece &+ positions)
    isDone = next == count
    return (min(piece, next), next)
  }

  /// The same of a map, whose pieces are parts of rows.
  @inline(never)
  mutating func take(of shape: TensorShape) -> MapPiece {
    let width = shape.width
    let y = min(piece / max(1, width), shape.height &- 1)
    let first = min(width, piece &- y &* width)
    let end = min(width, first &+ positions)
    next = y &* width &+ end
    isDone = next == shape.positions
    return MapPiece(y: y, first: first, end: end)
  }
}

/// Positions `first` ..< `end` of a row of a map.
struct MapPiece {
  let y: Int
  let first: Int
  let end: Int
}
