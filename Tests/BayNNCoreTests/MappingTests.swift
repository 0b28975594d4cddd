// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore

/// A convolution on crossbars: *unrolled*, one array of taps * channels rows, or *split*, one
/// array of `channels` rows for each tap whose partial sums are added digitally. With the same
/// channels dropped (Spatial-SpinDrop) both give the integers of the definition.
@Suite struct MappingTests {
  @Test(arguments: [(9, 5, 33), (9, 32, 64), (9, 33, 31), (25, 3, 65), (1, 65, 32)])
  func unrolledEqualsSplit(taps: Int, channels: Int, outputs: Int) {
    let rows = taps * channels
    var random = SeededGenerator(seed: UInt64(rows))
    let layer = RandomLayer(inputs: rows, outputs: outputs, seed: 7)
    let kept = (0..<channels).map { _ in Int.random(in: 0..<10, using: &random) > 1 }
    let inputs = (0..<rows).map { _ in Bool.random(using: &random) }
    let active = (0..<rows).map { kept[$0 % channels] }

    let unrolled = agreements(layer, (0..<rows).filter { active[$0] }, inputs)
    var split = [Int](repeating: 0, count: outputs)
    for tap in 0..<taps {
      let array = (tap * channels..<(tap + 1) * channels).filter { active[$0] }
      for (output, part) in agreements(layer, array, inputs).enumerated() {
        split[output] += part
      }
    }
    for output in 0..<outputs {
      let z = (0..<rows).filter { active[$0] }.reduce(0) {
        $0 + (layer.signs[$1][output] == inputs[$1] ? 1 : -1)
      }
      #expect(unrolled[output] == z && split[output] == z)
    }
  }

  /// z of each output over some rows, by the column-sliced kernel: the weights of ones are
  /// added, those of zeros subtracted.
  private func agreements(_ layer: RandomLayer, _ rows: [Int], _ inputs: [Bool]) -> [Int] {
    let planes = max(bitWidth(layer.inputs), ColumnCounter<UInt32>.registerPlanes)
    let counters = Words(planes * layer.outputWords)
    let sums = BinarySums(
      weights: layer.weights,
      counters: BitMatrix(base: counters.base, rows: planes, words: layer.outputWords))
    let offsets = Words(RowList.capacity(rows: layer.inputs))
    let list = RowList(offsets: offsets.base, capacity: offsets.count)
    let ones = Words(layer.inputWords)
    let zeros = Words(layer.inputWords)
    for row in rows {
      (inputs[row] ? ones : zeros).base[row / 32] |= 1 << UInt32(row % 32)
    }
    sums.set(rows.filter { !inputs[$0] }.count)
    _ = sums.add(.ones(of: ones.base, lanes: layer.inputs), list, WideLanes.self)
    _ = sums.add(
      .ones(of: zeros.base, lanes: layer.inputs), subtracting: true, list, WideLanes.self)
    return (0..<layer.outputs).map {
      2 * Int(sums.counters.integer(lane: $0)) - rows.count
    }
  }
}
