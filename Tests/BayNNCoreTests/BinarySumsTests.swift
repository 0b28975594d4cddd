// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore

/// The column-sliced kernel gives the integers of the row-wise definition.
@Suite struct BinarySumsTests {
  /// Adds the ones of all planes and compares 2 c - sum of inputs with v, lane by lane.
  private func check<Word: LaneWord>(
    _ word: Word.Type, inputs: Int, outputs: Int, maximum: Int, seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let layer = RandomLayer(inputs: inputs, outputs: outputs, seed: seed &+ 1)
    let values = (0..<inputs).map { _ in Int.random(in: 0...maximum, using: &random) }
    let planes = bitWidth(maximum)
    let bits = Words(planes * layer.inputWords)
    for (i, value) in values.enumerated() {
      for p in 0..<planes where value >> p & 1 == 1 {
        bits.base[p * layer.inputWords + i / 32] |= 1 << UInt32(i % 32)
      }
    }
    let matrix = BitMatrix(base: bits.base, rows: planes, words: layer.inputWords)
    let rows = max(bitWidth(inputs * maximum), planes + 4)
    let counters = Words(rows * layer.outputWords)
    let sliced = BitMatrix(base: counters.base, rows: rows, words: layer.outputWords)
    let offsets = Words(RowList.capacity(rows: inputs))
    let list = RowList(offsets: offsets.base, capacity: offsets.count)
    for p in 0..<planes {
      _ = BinarySums(weights: layer.weights, counters: sliced).add(
        .ones(of: matrix.row(p), lanes: inputs), plane: p, list, word)
    }
    for j in 0..<outputs {
      let v = RowWise.weightedSum(layer.row(j), matrix, count: inputs)
      let byHand = zip(values, layer.signs).reduce(0) { $0 + ($1.1[j] ? $1.0 : -$1.0) }
      #expect(v == byHand)
      #expect(2 * Int(sliced.integer(lane: j)) - values.reduce(0, +) == v)
    }
    #expect(counters.isIntact && offsets.isIntact)
  }

  @Test(arguments: boundarySizes)
  func sumsEqualTheDefinition(inputs: Int) {
    for outputs in boundarySizes {
      for maximum in [1, 2, 16, 255] {
        let seed = UInt64(inputs * 1000 + outputs)
        check(UInt32.self, inputs: inputs, outputs: outputs, maximum: maximum, seed: seed)
        check(WideLanes.self, inputs: inputs, outputs: outputs, maximum: maximum, seed: seed)
        check(SIMD8<UInt32>.self, inputs: inputs, outputs: outputs, maximum: maximum, seed: seed)
      }
    }
  }

  /// Longer than one list.
  @Test(arguments: [255, 256, 257, 300, 511, 512, 513, 1100])
  func manyInputs(inputs: Int) {
    check(UInt32.self, inputs: inputs, outputs: 33, maximum: 1, seed: UInt64(inputs))
    check(WideLanes.self, inputs: inputs, outputs: 161, maximum: 255, seed: UInt64(inputs))
    check(SIMD16<UInt32>.self, inputs: inputs, outputs: 929, maximum: 16, seed: UInt64(inputs))
  }

  /// z = 2 v - W, the XNOR-popcount identity, for all 2^5 weights and inputs of 5 bits.
  @Test func signSumExhaustive() {
    for w in UInt32(0)..<32 {
      for x in UInt32(0)..<32 {
        var (weights, inputs) = (w, x)
        let z = RowWise.signSum(&weights, &inputs, count: 5)
        let v = RowWise.weightedSum(
          &weights, BitMatrix(base: &inputs, rows: 1, words: 1), count: 5)
        #expect(z == 5 - 2 * (w ^ x).nonzeroBitCount)
        #expect(z == 2 * v - (2 * w.nonzeroBitCount - 5))
      }
    }
  }

  /// Subtracting what has been added gives what was there.
  @Test(arguments: boundarySizes)
  func subtractingUndoesAdding(inputs: Int) {
    let layer = RandomLayer(inputs: inputs, outputs: 161, seed: 7)
    let rows = max(bitWidth(inputs), 5)
    let counters = Words(rows * layer.outputWords)
    let sliced = BitMatrix(base: counters.base, rows: rows, words: layer.outputWords)
    let bits = Words(layer.inputWords, fill: ~0)
    let offsets = Words(RowList.capacity(rows: inputs))
    let list = RowList(offsets: offsets.base, capacity: offsets.count)
    for subtracting in [false, true] {
      _ = BinarySums(weights: layer.weights, counters: sliced).add(
        .ones(of: bits.base, lanes: inputs), subtracting: subtracting, list, WideLanes.self)
      if !subtracting { #expect((0..<counters.count).contains { counters.base[$0] != 0 }) }
    }
    #expect((0..<counters.count).allSatisfy { counters.base[$0] == 0 })
  }

  /// All constants on all counters of five planes, modulo 32.
  @Test func addingConstantsExhaustive() {
    let layer = RandomLayer(inputs: 1, outputs: 32, seed: 1)
    let counters = Words(5)
    let sliced = BitMatrix(base: counters.base, rows: 5, words: 1)
    for constant in -40...40 {
      for p in 0..<5 {
        counters.base[p] = (0..<32).reduce(0) { $0 | UInt32($1 >> p & 1) << UInt32($1) }
      }
      BinarySums(weights: layer.weights, counters: sliced).add(constant)
      for lane in 0..<32 {
        #expect(Int(sliced.integer(lane: lane)) == (lane + constant) & 31)
      }
    }
    #expect(counters.isIntact)
  }

  /// A carry past the last plane is dropped, and nothing is written behind it.
  @Test func overflowStaysInside() {
    let layer = RandomLayer(inputs: 160, outputs: 33, seed: 3)
    layer.columns.base.update(repeating: ~0, count: layer.columns.count)
    let counters = Words(5 * 2, fill: ~0)
    let sliced = BitMatrix(base: counters.base, rows: 5, words: 2)
    let bits = Words(5, fill: ~0)
    let offsets = Words(192)
    _ = BinarySums(weights: layer.weights, counters: sliced).add(
      .ones(of: bits.base, lanes: 160), RowList(offsets: offsets.base, capacity: 192), UInt32.self)
    #expect(counters.isIntact && offsets.isIntact)
  }
}
