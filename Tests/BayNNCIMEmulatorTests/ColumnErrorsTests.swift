// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNCIMEmulator
@testable import BayNNCore
@testable import BayNNEngine

/// The table of level errors, against real arithmetic and the figures of SPEC section 8.
@Suite struct ColumnErrorsTests {
  /// A table in memory of its own.
  final class Table {
    let storage: UnsafeMutableRawPointer
    let errors: LevelErrors

    init(_ rowsMax: Int, _ effects: ReadEffects) {
      var measure = Arena()
      _ = LevelErrors(rowsMax: rowsMax, effects, arena: &measure)
      storage = .allocate(byteCount: measure.bytes, alignment: 8)
      var arena = Arena(storage: storage, bytes: measure.bytes)
      errors = LevelErrors(rowsMax: rowsMax, effects, arena: &arena)
    }

    deinit { storage.deallocate() }

    /// The probability that a read of so many rows is off.
    func errorRate(_ rows: Int) -> Double {
      -expm1(-Double(errors.rate(rows: rows).perCell) / 0x1p40)
    }
  }

  static var published: ReadEffects {
    var effects = ReadEffects()
    effects.parallelDeviation = 5500
    effects.antiparallelDeviation = 2500
    return effects
  }

  private func tail(_ z: Double) -> Double { 0.5 * erfc(z / 2.0.squareRoot()) }

  /// Published deviations: 6e-4, 1.6 %, 8.8 % and 23 % if just half of the cells are parallel;
  /// somewhat more over all numbers of them, since fewer are seldom better than more are worse.
  @Test(arguments: [(8, 6.4e-4), (16, 0.0158), (32, 0.0879), (64, 0.2276)])
  func publishedSpreads(rows: Int, half: Double) {
    let sd = (Double(rows / 2) * (5500 * 5500 + 2500 * 2500)).squareRoot()
    #expect(abs(2 * tail(41_250 / sd) - half) < 0.01 * half)
    let rate = Table(rows, ColumnErrorsTests.published).errorRate(rows)
    var exact = 0.0
    for count in 0...rows {
      for (error, p) in distribution(ColumnErrorsTests.published, rows, count) where error != 0 {
        exact += p * binomial(rows, count)
      }
    }
    #expect(abs(rate - exact) < 2e-3 * exact + 1e-8, "\(rate), \(exact)")
    #expect(rate > 0.9 * half && rate < 2 * half)
  }

  private func binomial(_ n: Int, _ k: Int) -> Double {
    exp(
      lgamma(Double(n + 1)) - lgamma(Double(k + 1)) - lgamma(Double(n - k + 1)) - Double(n) * log(2)
    )
  }

  @Test func idealHasNone() {
    let table = Table(64, ReadEffects())
    for rows in 1...64 { #expect(table.errors.rate(rows: rows) == .zero) }
    var coded = ReadEffects()
    coded.converterCodes = 129
    let codes = Table(64, coded)
    for rows in 1...64 { #expect(codes.errors.rate(rows: rows) == .zero, "\(rows)") }
  }

  /// Every effect at once, every number of rows and every error, against Double.
  @Test(arguments: [0, 33, 40] as [UInt32])
  func allEffects(codes: UInt32) {
    var effects = ColumnErrorsTests.published
    effects.writeDeviationPPM = 20_000
    effects.readDeviationPPM = 3_000
    effects.readDeviation = 4_000
    effects.columnDeviationPPM = 5_000
    effects.offset = 60
    effects.offsetDeviation = 20
    effects.gainErrorPPM = 12_000
    effects.converterCodes = codes
    let table = Table(16, effects)
    for rows in 1...16 {
      var exact = [Int: Double]()
      for count in 0...rows {
        for (error, p) in distribution(effects, rows, count) {
          exact[error, default: 0] += p * binomial(rows, count)
        }
      }
      let off = exact.filter { $0.key != 0 }.values.reduce(0, +)
      #expect(abs(table.errorRate(rows) - off) < 2e-3 * off + 1e-7, "\(rows)")
      var actual = [Int: Double]()
      for decision in 0...UInt16.max {
        let error = table.errors.error(rows: rows, decision)
        actual[error.down == 0 ? error.size : -error.size, default: 0] += off / 65536
      }
      for error in -8...8 where error != 0 {
        #expect(
          abs(actual[error, default: 0] - exact[error, default: 0]) < 2e-3 * off,
          "\(rows) rows, \(error)")
      }
    }
  }

  /// Errors of a read of `rows` of which `count` are parallel.
  private func distribution(
    _ effects: ReadEffects, _ rows: Int, _ count: Int
  ) -> [(Int, Double)] {
    let (p, a) = (Double(effects.parallel), Double(effects.antiparallel))
    let (n, k) = (Double(rows), Double(count))
    let (sp, sa) = (Double(effects.parallelDeviation), Double(effects.antiparallelDeviation))
    let w = Double(effects.writeDeviationPPM) / 1e6
    let mean = k * p + (n - k) * a
    let gain = 1 + Double(effects.gainErrorPPM) / 1e6
    func square(_ x: Double) -> Double { x * x }
    let variance =
      k * (sp * sp + square(w * p)) + (n - k) * (sa * sa + square(w * a))
      + square(mean * Double(effects.readDeviationPPM) / 1e6)
      + square(Double(effects.readDeviation))
      + square(mean * Double(effects.columnDeviationPPM) / 1e6)
      + square(Double(effects.offsetDeviation) / 256 * (p - a) / gain)
    func threshold(_ c: Int) -> Double {
      var decision = n * a + (Double(c) - 0.5) * (p - a)
      if effects.converterCodes > 0 {
        let low = n * a - 3 * sa * n.squareRoot()
        let high = n * p + 3 * sp * n.squareRoot()
        let step = (high - low) / Double(effects.converterCodes - 1)
        var code = 0
        while low + Double(code) * step < decision { code += 1 }
        decision = low + (Double(code) - 0.5) * step
      }
      return (decision - Double(effects.offset) / 256 * (p - a)) / gain
    }
    func reaching(_ c: Int) -> Double {
      c <= 0 ? 1 : c > rows ? 0 : tail((threshold(c) - mean) / variance.squareRoot())
    }
    return (0...rows).map { ($0 - count, reaching($0) - reaching($0 + 1)) }
  }

  /// A converter that ends at 5 reads all above as 5, and 5 and less right.
  @Test func saturation() {
    var effects = ReadEffects()
    effects.saturation = 5
    let table = Table(16, effects)
    for rows in 1...16 {
      let above = (0...rows).filter { $0 > 5 }.map { binomial(rows, $0) }.reduce(0, +)
      #expect(abs(table.errorRate(rows) - above) < 1e-3)
      if rows > 6 { #expect(table.errors.error(rows: rows, 0).down != 0) }
    }
  }
}
