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
  /// Units of `Work`: of a deterministic pass, and of the largest piece.
  package var passWorkMax: UInt32 { saturate(passWork) }
  package var pieceWorkMax: UInt32 { saturate(pieceWork) }

  private var weightSum: UInt64 = 0
  private var bitSum: UInt64 = 0
  private var draws: UInt64 = 0
  private var units: UInt64 = 0
  private var passWork: UInt64 = 0
  private var pieceWork: UInt64 = 0

  /// Reads the layers of a model once more.
  package init(_ model: UnsafePointer<Model>) throws(Fault) {
    units = model.pointee.sites > 0 ? 1 : 0
    var reader = LayerReader(model)
    repeat {
      try reader.next()
      add(reader.found)
    } while !reader.isDone
  }

  private mutating func add(_ found: LayerFindings) {
    bitSum &+= found.site.randomBits.wide
    draws &+= found.site.draws.wide
    var most = found.otherWork
    if let matrix = found.weights {
      weightSum &+= matrix.matrices.wide &* matrix.inputs.wide &* matrix.outputs.wide
      weightLayers &+= 1
      most &+= found.positions.wide &* ModelSummary.mostOfPosition(found, matrix)
    }
    let result = found.result
    let leaf = result.classes == 0 ? 0 : Work.leaf(classes: result.classes.int)
    most &+= result.positions.wide &* leaf.wide
    most &+= result.outputs.wide &* Work.value
    // At most 65 times 2^16 * 2^45.
    passWork &+= found.pieces.wide &* most
    pieceWork = max(pieceWork, most)
  }

  /// The most that the sums of one output position take: every plane of inputs with every bit
  /// of weights, and both states of what comes out.
  private static func mostOfPosition(_ found: LayerFindings, _ weights: WeightMatrix) -> UInt64 {
    let isBits = found.visitsRarer
    let visited = isBits ? weights.inputs / 2 : weights.inputs
    let rows =
      visited
      &+ RowList.paddingMax(visited: visited, rows: weights.inputs, isBits: isBits, walks: 2)
    let passes = (found.inputPlanes &* weights.bits).wide
    let count = Work.counting(rows: rows, words: weights.words, inputs: 3 &* weights.inputs)
    let gather =
      3 &* wordCount(lanes: weights.inputs) &* found.inputPlanes
      &+ 4 &* (weights.inputs &+ found.site.draws)
    let out = weights.states > 0 ? 2 &* Work.firing(weights) : Work.reading(weights)
    // Counters have at most 9 planes more than sums need.
    let counters = 4 &* weights.words &* (weights.planes &+ 9)
    return passes &* count.wide &+ (gather &+ out &+ counters).wide
  }
}

/// The value, or the largest one that fits.
private func saturate(_ value: UInt64) -> UInt32 {
  UInt32(upperHalf: value) == 0 ? UInt32(truncatingIfNeeded: value) : .max
}
