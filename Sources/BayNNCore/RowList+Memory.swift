// SPDX-License-Identifier: Apache-2.0

extension RowList {
  /// How many rows a list holds, at least, before it has to be refilled. A list costs memory,
  /// and refilling it a load and a store of each counter.
  private static func rowsBeforeRefill(rows: Int, isBits: Bool) -> Int {
    // Of bits at most half are visited. Planes of integers are as many walks, and those of a first
    // layer in small models; what such a model needs most is memory.
    isBits ? max(rows / 4, min(rows / 2, 64)) : max(rows / 16, min(rows, 64))
  }

  /// The most units of work that the rows of a list are, unless they are fewer than 64.
  private static let workMax = 8192

  /// Capacity for a layer of so many rows of so many words, whose inputs are bits or have
  /// several planes.
  package static func capacity(layer rows: Int, words: Int, isBits: Bool) -> Int {
    let most = max(64, workMax / (words &+ 1))
    return capacity(rows: min(most, rowsBeforeRefill(rows: rows, isBits: isBits)))
  }

  /// The most rows that padding adds where `walks` walks visit `visited` rows of such a layer
  /// in all.
  package static func paddingMax(
    visited: Int, rows: Int, words: Int, isBits: Bool, walks: Int
  ) -> Int {
    let full = capacity(layer: rows, words: words, isBits: isBits) &- 32
    return paddingMax &* (visited / max(1, full) &+ walks)
  }
}
