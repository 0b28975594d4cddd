// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// How the rows of a model's weights are laid on arrays.
///
/// All arrays that a model uses form one line of rows, `rows` of each: row address a is row
/// a mod rows of array a / rows. Matrices lie on it one after the other, in the order of
/// layers, copies and bits; one that has more outputs than an array has columns lies there
/// several times, with its next outputs each.
package struct Tiling {
  /// Rows of an array that hold weights; labels take the others.
  package let rows: Int
  /// Words of columns that hold weights; check bits take the others.
  package let words: Int
  /// Each tap of a kernel begins in an array of its own.
  package let isSplit: Bool

  /// The first array boundary that is not before an address.
  func roundUp(_ address: Int) -> Int { (address &+ rows &- 1) / rows &* rows }
}

/// Where the weights of one layer lie.
package struct Placement {
  package let weights: WeightMatrix
  /// Address of the first row.
  package let base: Int
  /// Rows of weights of a tap, and how far the next tap is.
  private let tapRows: Int
  private let tapStride: Int
  /// Rows on the line that one matrix takes for each chunk of outputs.
  private let span: Int
  /// Words of outputs of a chunk, but for the last one.
  package let chunkWords: Int

  /// Puts a layer behind `end`, the address behind the layers before.
  init(_ weights: WeightMatrix, taps: Int, _ tiling: Tiling, after end: Int) {
    self.weights = weights
    let inputs = weights.inputs
    if tiling.isSplit {
      tapRows = inputs / max(1, taps)
      tapStride = tiling.roundUp(tapRows)
      span = taps &* tapStride
      base = tiling.roundUp(end)
    } else {
      tapRows = inputs
      tapStride = inputs
      span = inputs
      base = end
    }
    chunkWords = tiling.words
  }

  package var chunks: Int { (weights.words &+ chunkWords &- 1) / chunkWords }
  /// The address behind the last row.
  package var end: Int { base &+ weights.matrices &* chunks &* span }

  /// Words of outputs of a chunk.
  package func words(ofChunk chunk: Int) -> Int {
    min(chunkWords, weights.words &- chunk &* chunkWords)
  }

  /// The address of a row of a matrix; of copy and bit it is number copy * bits + bit.
  package func address(matrix: Int, chunk: Int, row: Int) -> Int {
    let tap = row / tapRows
    return base &+ (matrix &* chunks &+ chunk) &* span &+ tap &* tapStride &+ row &- tap &* tapRows
  }

  /// Rows from `row` on that have neighbouring addresses.
  package func run(from row: Int) -> Int { tapRows &- row % tapRows }

  /// What lies at an address; nil if it is none of this layer's, or a gap.
  package func row(at address: Int) -> (matrix: Int, chunk: Int, row: Int)? {
    guard address >= base, address < end else { return nil }
    let part = (address &- base) / span
    let within = (address &- base) &- part &* span
    let tap = within / tapStride
    let row = within &- tap &* tapStride
    guard row < tapRows else { return nil }
    let matrix = part / chunks
    return (matrix, part &- matrix &* chunks, tap &* tapRows &+ row)
  }
}
