// SPDX-License-Identifier: Apache-2.0

/// The binary weights of one layer, input-major: row i, lane j is 1 for w_ij = +1.
package struct BinaryWeights {
  /// `inputs` + 1 bit rows of `outputs` lanes; the last is all zeros.
  package let rows: UnsafePointer<UInt32>
  package let inputs: Int
  package let outputs: Int

  package init(rows: UnsafePointer<UInt32>, inputs: Int, outputs: Int) {
    self.rows = rows
    self.inputs = inputs
    self.outputs = outputs
  }

  @inline(__always) package var words: Int { wordCount(lanes: outputs) }
}

/// The column-sliced kernel: adds the weight rows that a walk selects to counters, for
/// all outputs, or subtracts them.
///
/// Bits are those of the definition, count_j +/- sum of the selected w_ij in {0, 1},
/// modulo 2^planes.
package enum BinarySums {
  /// Adds (or subtracts) rows to the planes of `counters` from `plane` up, so with weight
  /// 2^plane. At least `ColumnCounter.registerPlanes` planes must be left there.
  ///
  /// - Returns: rows added, padding included.
  package static func accumulate<Wide: LaneWord>(
    _ wide: Wide.Type, _ walk: ActiveRows, of weights: BinaryWeights,
    into counters: BitMatrix, plane: Int = 0, subtracting: Bool = false,
    list: RowList
  ) -> Int {
    var walk = walk
    var list = list
    var added = 0
    while true {
      list.fill(from: &walk, zeroRow: weights.inputs, rowBytes: counters.words &* 4)
      if list.count == 0 { return added }
      var word = add(wide, list, weights, counters, plane, subtracting, from: 0)
      if Wide.rowWords > 1 {
        word = add(UInt32.self, list, weights, counters, plane, subtracting, from: word)
      }
      added &+= list.count
    }
  }

  /// Adds the rows of a list to all words from `first` on that make up whole `Word`s.
  ///
  /// - Returns: the first word that is left.
  @inline(__always)
  private static func add<Word: LaneWord>(
    _ type: Word.Type, _ list: RowList, _ weights: BinaryWeights, _ counters: BitMatrix,
    _ plane: Int, _ subtracting: Bool, from first: Int
  ) -> Int {
    let base = counters.row(plane)
    var word = first
    while word &+ Word.rowWords <= counters.words {
      var counter = ColumnCounter<Word>(
        base: base + word, planes: counters.rows &- plane, rowBytes: counters.words &* 4,
        subtracting: subtracting)
      counter.count(UnsafeRawPointer(weights.rows + word), list.offsets, list.count)
      counter.store()
      word &+= Word.rowWords
    }
    return word
  }

  /// Adds `constant`, which may be negative, to the counter of every lane.
  package static func add(_ constant: Int, to counters: BitMatrix) {
    var word = 0
    while word < counters.words {
      var plane = counters.base + word
      var carry: UInt32 = 0
      var bits = constant
      for _ in 0..<counters.rows {
        let addend = UInt32(broadcasting: UInt32(truncatingIfNeeded: bits))
        let old = plane.pointee
        let half = old ^ addend
        plane.pointee = half ^ carry
        carry = old ^ ((half) & (old ^ carry))
        plane += counters.words
        bits >>= 1
      }
      word &+= 1
    }
  }
}
