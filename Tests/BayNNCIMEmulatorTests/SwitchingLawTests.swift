// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNCIMEmulator

private let q27 = 134_217_728.0

@Suite struct SwitchingLawTests {
  @Test func probabilityAgainstDoubles() {
    var worst = 0.0
    for step in -230...40 {
      for part in 0..<20 {
        let logRate = Int64((Double(step) + Double(part) / 20) / 10 * q27)
        let exact = -expm1(-exp(Double(logRate) / q27))
        let actual = Double(SwitchingLaw.probability(logRate: logRate)) / 2_147_483_648
        worst = max(worst, abs(actual - exact))
      }
    }
    #expect(worst < 1 / 16_777_216)
  }

  @Test func extremesAreCertain() {
    #expect(SwitchingLaw.probability(logRate: 1 << 38) == 1 << 31)
    #expect(SwitchingLaw.probability(logRate: -(1 << 38)) == 0)
  }

  @Test func rateOfEveryProbability() {
    var worst = 0.0
    for p in UInt32(1)..<65_536 {
      let exact = log(-log1p(-Double(p) / 65_536)) * q27
      worst = max(worst, abs(Double(SwitchingLaw.logRate(probabilityQ16: p)) - exact))
    }
    #expect(worst < 2048)
  }

  /// 10 ns and a stability of 60: I / Ic0 for p = 0.1, 0.2, 0.3, 0.5.
  @Test func publishedCurrents() throws {
    let unit = try TestDevice.settings { _ in }.unit
    for (p, current) in [(0.1, 0.9241), (0.2, 0.9366), (0.3, 0.9444), (0.5, 0.9555)] {
      let value = unit.current(probabilityQ16: UInt32((p * 65_536).rounded()))
      #expect(abs(Double(value) / 1_073_741_824 - current) < 0.00005 + 1e-6)
    }
  }

  /// An average unit gives what it is asked for.
  @Test(arguments: [(20, 1000), (60, 10), (200, 1)])
  func currentAndProbabilityAreInverse(stability: UInt32, pulse: UInt32) throws {
    let settings = try TestDevice.settings {
      $0.unit_stability_q8 = stability << 8
      $0.unit_pulse_ns = pulse
    }
    let unit = StochasticUnit(settings.unit, settings.words, index: 0)
    for p in stride(from: UInt32(1), to: 65_536, by: 77) {
      let current = unit.current(settings.unit, settings.words, index: 0, probabilityQ16: p)
      let actual = unit.probability(settings.unit, current: current, millidegrees: 25_000)
      #expect(abs(Double(actual) / 2_147_483_648 - Double(p) / 65_536) < 2e-5)
    }
  }

  @Test func stabilityFallsWithTemperature() {
    for millidegrees: Int32 in [-100_000, 0, 25_000, 125_000, 300_000] {
      let actual = SwitchingLaw.stability(45 << 16, millidegrees: millidegrees)
      let exact = 45 * 298.15 / (273.15 + Double(millidegrees) / 1000)
      #expect(abs(Double(actual) / q27 - exact) < 1e-7)
    }
  }

  @Test func scaledPowerAgainstDoubles() {
    for x in stride(from: -40.0, through: 40, by: 0.0137) {
      let power = ScaledPower(ofQ27: Int64(x * q27))
      let value = Double(power.mantissa) * pow(2, Double(power.exponent) - 31)
      #expect(abs(value / exp(Double(Int64(x * q27)) / q27) - 1) < 1e-6)
      let times = Double(power.times(0x9000_0001, fraction: 27))
      let exact = value * Double(0x9000_0001 as UInt32) / q27
      #expect(exact > 4e18 || abs(times - exact.rounded(.down)) <= exact * 1e-9 + 1)
    }
  }

  @Test func logarithmAgainstDoubles() {
    for shift in 0..<64 {
      let value = (0x9E37_79B9_7F4A_7C15 as UInt64) >> shift
      let exact = (log(Double(value)) - 27 * log(2)) * q27
      #expect(abs(Double(logarithm(value, fraction: 27)) - exact) < 64)
    }
  }

  /// Lengths of runs before a success of probability 1 - exp(-rate).
  @Test(arguments: [0.001, 0.3, 5.0])
  func geometricSkips(rate: Double) {
    let skip = GeometricSkip(logRate: Int64(log(rate) * q27))
    let words = RandomWords(seed: 3)
    let count = 20_000
    let lengths = (0..<count).map {
      Double(skip.length(words.word(.retention, number: UInt64($0))))
    }
    let p = -expm1(-rate)
    let error = (1 - p).squareRoot() / p / Double(count).squareRoot()
    #expect(abs(mean(lengths) - (1 - p) / p) < 4 * error)
    #expect(abs(deviations(lengths.filter { $0 == 0 }.count, of: count, from: p)) < 4)
  }
}
