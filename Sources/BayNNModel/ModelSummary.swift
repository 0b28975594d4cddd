// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// What a model is made of and costs: for whoever asks, not for inference.
package struct ModelSummary {
  /// Layers with binary weights, the head included; and their weights, at most UInt32.max.
  package private(set) var weightLayers: UInt32 = 0
  package var weights: UInt32 { saturate(weightSum) }
  /// Of a pass, at most UInt32.max; and the random units that hardware needs.
  package var randomBits: UInt32 { saturate(bitSum) }
  package var randomUnits: UInt32 { saturate(draws &+ units) }
  /// The most units of `Work`: of a deterministic pass, and of the largest piece.
  package private(set) var passWork: UInt64 = 0
  package private(set) var pieceWork: UInt64 = 0

  private var weightSum: UInt64 = 0
  private var bitSum: UInt64 = 0
  private var draws: UInt64 = 0
  private var units: UInt64 = 0

  /// Reads the layers of a model once more.
  package init(_ model: UnsafePointer<Model>) throws(Fault) {
    units = model.pointee.sites > 0 ? 1 : 0
    var reader = LayerReader(model)
    repeat {
      try reader.next()
      withUnsafePointer(to: reader.found) { add($0) }
    } while !reader.isDone
  }

  private mutating func add(_ found: UnsafePointer<LayerFindings>) {
    bitSum &+= found.pointee.site.randomBits.wide
    draws &+= found.pointee.site.draws.wide
    var piece = found.pointee.otherWork
    var pass = found.pointee.pieces.wide &* piece
    if let matrix = found.pointee.weights {
      weightSum &+= matrix.matrices.wide &* matrix.inputs.wide &* matrix.outputs.wide
      weightLayers &+= 1
      let most = Work.most(found)
      pass &+= found.pointee.pieces.wide &* found.pointee.positions.wide &* most
      piece &+=
        found.pointee.isWhole
        ? min(most, Work.mostOfPiece(found)) : found.pointee.positions.wide &* most
    }
    let result = found.pointee.result
    let leaf = result.classes == 0 ? 0 : Work.leaf(classes: result.classes.int)
    let head = result.positions.wide &* leaf.wide &+ result.outputs.wide &* Work.value
    // At most 65 times 2^24 * 2^45.
    passWork &+= pass &+ head
    pieceWork = max(pieceWork, piece &+ head)
  }
}

/// The value, or the largest one that fits.
private func saturate(_ value: UInt64) -> UInt32 {
  UInt32(upperHalf: value) == 0 ? UInt32(truncatingIfNeeded: value) : .max
}
