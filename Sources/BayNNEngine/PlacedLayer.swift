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
  /// Number of the piece: some positions, a step in time, rows of weights.
  var piece: Int
  /// Output positions of a piece, of layers that work position by position.
  let positions: Int
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

  /// The positions of this piece, of `count` in all, and enters whether they are the last ones.
  @inline(never)
  mutating func take(of count: Int) -> (first: Int, end: Int) {
    let first = min(count, piece &* positions)
    let end = min(count, first &+ positions)
    isDone = end == count
    return (first, end)
  }

  /// The same of a map, whose pieces are parts of rows: the row, and positions in it.
  @inline(never)
  mutating func take(of shape: TensorShape) -> MapPiece {
    let inRow = max(1, (shape.width &+ positions &- 1) / max(1, positions))
    let y = piece / inRow
    let first = min(shape.width, (piece &- y &* inRow) &* positions)
    let end = min(shape.width, first &+ positions)
    isDone = end == shape.width && y &+ 1 >= shape.height
    return MapPiece(y: y, first: first, end: end)
  }
}

/// Positions `first` ..< `end` of a row of a map.
struct MapPiece {
  let y: Int
  let first: Int
  let end: Int
}
