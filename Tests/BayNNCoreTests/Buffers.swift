// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import TestSupport

/// A seeded random generator.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 { image_random(&state) }
  mutating func next32() -> UInt32 { UInt32(truncatingIfNeeded: next() >> 32) }
}

/// Words that live as long as the test, with guard words behind them.
final class Words {
  static let guardWord: UInt32 = 0xDEAD_BEEF
  let base: UnsafeMutablePointer<UInt32>
  let count: Int

  init(_ count: Int, fill: UInt32 = 0) {
    self.count = count
    base = .allocate(capacity: count + 8)
    base.update(repeating: fill, count: count)
    (base + count).update(repeating: Words.guardWord, count: 8)
  }

  deinit { base.deallocate() }

  /// False if anything wrote behind the end.
  var isIntact: Bool { (0..<8).allSatisfy { base[count + $0] == Words.guardWord } }
}

/// A random binary layer in both layouts, with bits of input planes.
struct RandomLayer {
  let inputs: Int
  let outputs: Int
  let signs: [[Bool]]
  /// Input-major rows, the zero row at the end.
  let columns: Words
  /// Output-major rows.
  let rows: Words
  var inputWords: Int { wordCount(lanes: inputs) }
  var outputWords: Int { wordCount(lanes: outputs) }

  init(inputs: Int, outputs: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    self.inputs = inputs
    self.outputs = outputs
    signs = (0..<inputs).map { _ in (0..<outputs).map { _ in Bool.random(using: &random) } }
    columns = Words((inputs + 1) * wordCount(lanes: outputs))
    rows = Words(outputs * wordCount(lanes: inputs))
    for i in 0..<inputs {
      for j in 0..<outputs where signs[i][j] {
        columns.base[i * wordCount(lanes: outputs) + j / 32] |= 1 << UInt32(j % 32)
        rows.base[j * wordCount(lanes: inputs) + i / 32] |= 1 << UInt32(i % 32)
      }
    }
  }

  var weights: BinaryWeights {
    BinaryWeights(rows: columns.base, inputs: inputs, outputs: outputs)
  }

  func row(_ output: Int) -> UnsafeMutablePointer<UInt32> {
    rows.base + output * inputWords
  }
}

/// Sizes around word boundaries.
let boundarySizes = [1, 2, 31, 32, 33, 63, 64, 65, 127, 128, 129, 160, 161]
