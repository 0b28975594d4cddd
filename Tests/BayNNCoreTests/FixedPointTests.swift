// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNCore

/// The bounds of SPEC section 6, against doubles, whose own error is below 2^-50.
@Suite struct FixedPointTests {
  @Test func exponentialWithinFourUnits() {
    var worst = 0.0
    func check(_ d: UInt32) {
      let exact = exp(-Double(d) / 1_048_576) * 2_147_483_648
      worst = max(worst, abs(Double(FixedPoint.exponential(negated: d)) - exact))
    }
    for d in UInt32(0)..<4_000_000 { check(d) }
    for d in stride(from: UInt32(4_000_000), to: UInt32.max - 9973, by: 9973) { check(d) }
    check(.max)
    #expect(worst <= 4)
    #expect(FixedPoint.exponential(negated: 0) == FixedPoint.one)
  }

  @Test func exponentialNeverGrows() {
    var last = FixedPoint.one
    for d in UInt32(0)..<2_000_000 {
      let e = FixedPoint.exponential(negated: d)
      #expect(e <= last)
      last = e
    }
  }

  @Test func logarithmWithinEightUnits() {
    var worst = 0.0
    func check(_ m: UInt32) {
      let exact = log(Double(m) / 2_147_483_648) * 134_217_728
      worst = max(worst, abs(Double(FixedPoint.logarithm(mantissa: m)) - exact))
    }
    for m in stride(from: UInt32(1) << 31, to: UInt32.max - 997, by: 997) { check(m) }
    check(.max)
    #expect(worst <= 8)
  }

  @Test func negatedLogarithmOfPowersOfTwo() {
    for k in UInt32(0)...31 {
      #expect(FixedPoint.negatedLogarithm(FixedPoint.one >> k) == k * FixedPoint.ln2)
    }
  }

  @Test(arguments: [2, 3, 10, 16])
  func softmaxWithinItsBounds(classes: Int) {
    var random = SeededGenerator(seed: UInt64(classes))
    let values = Words(classes)
    let distances = Words(classes)
    for spread in [0, 1, 100, 20_000, 1 << 20, 1 << 24, Int(Int32.max)] {
      for _ in 0..<400 {
        let logits = (0..<classes).map { _ in
          Int32(truncatingIfNeeded: Int.random(in: -spread...spread, using: &random))
        }
        for k in 0..<classes { values.base[k] = UInt32(bitPattern: logits[k]) }
        let entropy = Softmax.leaf(values.base, distances: distances.base, count: classes)
        check(logits, values, entropy: entropy)
      }
    }
    #expect(values.isIntact && distances.isIntact)
  }

  private func check(_ logits: [Int32], _ values: Words, entropy: UInt32) {
    let top = Double(logits.max()!)
    let e = logits.map { exp((Double($0) - top) / 1_048_576) }
    let sum = e.reduce(0, +)
    let p = e.map { $0 / sum }
    let exact = p.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
    // The top one takes what the rounding of the others leaves.
    let largest = logits.firstIndex(of: logits.max()!)!
    for k in logits.indices {
      let bound = k == largest ? 8 + Double(logits.count) : 8
      #expect(abs(Double(values.base[k]) - p[k] * 2_147_483_648) <= bound)
    }
    #expect((0..<logits.count).reduce(0) { $0 + UInt64(values.base[$1]) } == 1 << 31)
    #expect(abs(Double(entropy) - exact * 134_217_728) <= 64)
  }

  /// Equal logits: the lowest index counts as the top one, and the entropy is ln n.
  @Test func softmaxOfEqualLogits() {
    let values = Words(3, fill: 77)
    let distances = Words(3)
    let entropy = Softmax.leaf(values.base, distances: distances.base, count: 3)
    #expect(values.base[1] == values.base[2] && values.base[0] >= values.base[1])
    #expect(abs(Double(entropy) / 134_217_728 - log(3)) < 1e-6)
  }
}
