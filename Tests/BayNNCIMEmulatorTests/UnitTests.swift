// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNCIMEmulator

@Suite struct UnitTests {
  private let fifth: UInt32 = 13_107

  private func probabilities(_ settings: Settings, units: Int) -> [Double] {
    (0..<units).map { i in
      let index = UInt32(i)
      let unit = StochasticUnit(settings.unit, settings.words, index: index)
      let current = unit.current(
        settings.unit, settings.words, index: index, probabilityQ16: fifth)
      let p = unit.probability(settings.unit, current: current, millidegrees: 25_000)
      return Double(p) / 2_147_483_648
    }
  }

  /// 1 % spread of the critical current: a deviation of p of 0.11 at p = 0.2.
  @Test func spreadOfTheCurrentSpreadsProbabilities() throws {
    let settings = try TestDevice.settings { $0.unit_current_deviation_ppm = 10_000 }
    let values = probabilities(settings, units: 4000)
    #expect(abs(deviation(values) - 0.11) < 0.005)
  }

  @Test func spreadOfTheStabilitySpreadsLess() throws {
    let settings = try TestDevice.settings { $0.unit_stability_deviation_ppm = 10_000 }
    let values = probabilities(settings, units: 1000)
    // d(ln rate) = 60 (1 - 0.9366) 0.01 = 0.038; times dp/d(ln rate) = 0.8 * 0.2231.
    #expect(abs(deviation(values) / (0.038 * 0.8 * 0.2231) - 1) < 0.1)
  }

  @Test func calibrationFindsTheUnitsOwnCurrent() throws {
    let settings = try TestDevice.settings {
      $0.unit_current_deviation_ppm = 10_000
      $0.unit_stability_deviation_ppm = 10_000
      $0.unit_calibration_trials = 400
    }
    let values = probabilities(settings, units: 60)
    // A few times the deviation of a share of 400 trials.
    #expect(deviation(values) < 0.04)
    #expect(abs(mean(values) - 0.2) < 0.02)
  }

  @Test(arguments: [(655, 4096), (13_107, 30_000), (32_768, 30_000), (65_000, 30_000)])
  func bitsHaveTheirProbability(p: UInt32, count: Int) throws {
    let device = try TestDevice {
      $0.random_units = 3
      $0.seed = 77
    }
    let bits = device.random(p, count: count)
    let ones = bits.filter { $0 }.count
    #expect(abs(deviations(ones, of: count, from: Double(p) / 65_536)) < 4)
    // No correlation with the bit before.
    let pairs = zip(bits, bits.dropFirst()).filter { $0 && $1 }.count
    let both = Double(p) / 65_536 * Double(p) / 65_536
    #expect(abs(deviations(pairs, of: count - 1, from: both)) < 5)
  }

  @Test func bitsGoOn() throws {
    let whole = try TestDevice().random(fifth, count: 96)
    let device = try TestDevice()
    let parts =
      device.random(fifth, count: 1) + device.random(fifth, count: 62)
      + device.random(fifth, count: 33)
    #expect(whole == parts)
    #expect(device.random(fifth, count: 96) != whole)
  }

  @Test func stuckUnits() throws {
    for (stuck, value) in [(UInt32(1), false), (2, true)] {
      let device = try TestDevice { $0.unit_stuck = stuck }
      #expect(device.random(fifth, count: 100).allSatisfy { $0 == value })
    }
  }

  /// A failed reset keeps a 1: the share of ones grows to p / (1 - f (1 - p)), and a one follows a
  /// one with a probability of p + f (1 - p).
  @Test func resetFailuresCorrelateBits() throws {
    let device = try TestDevice { $0.unit_reset_failure_ppm = 500_000 }
    let count = 40_000
    let bits = device.random(fifth, count: count)
    let ones = bits.filter { $0 }.count
    let p = Double(fifth) / 65_536
    let share = p / (1 - 0.5 * (1 - p))
    // Bits are correlated: a factor of 2 on the deviation.
    #expect(abs(deviations(ones, of: count, from: share)) < 8)
    let pairs = zip(bits, bits.dropFirst()).filter { $0 && $1 }.count
    #expect(abs(deviations(pairs, of: ones, from: p + 0.5 * (1 - p))) < 4)
  }

  /// Units are taken in turn, and calibrated for each probability, however many there are.
  @Test func manyProbabilitiesAndUnits() throws {
    let device = try TestDevice {
      $0.random_units = 2
      $0.unit_current_deviation_ppm = 20_000
    }
    var shares: [UInt32: [Double]] = [:]
    for round in 0..<2 {
      for step in UInt32(1)...10 {
        let bits = device.random(step * 5000, count: 2000)
        let even = bits.indices.filter { $0 % 2 == 0 && bits[$0] }.count
        let odd = bits.indices.filter { $0 % 2 == 1 && bits[$0] }.count
        if round == 0 {
          shares[step] = [Double(even), Double(odd)]
        } else if let old = shares[step] {
          #expect(abs(old[0] - Double(even)) < 130 && abs(old[1] - Double(odd)) < 130)
        }
      }
    }
    let differences = shares.values.map { abs($0[0] - $0[1]) }
    #expect(differences.max()! > 130)
  }

  @Test func heatShiftsProbabilities() throws {
    let device = try TestDevice()
    let cold = device.random(fifth, count: 20_000).filter { $0 }.count
    try device.device.pointee.heat(85_000)
    let hot = device.random(fifth, count: 20_000).filter { $0 }.count
    let stability = 60 * 298.15 / 358.15
    let current = 1 - (log(10) - log(-log1p(-Double(fifth) / 65_536))) / 60
    let p = -expm1(-10 * exp(-stability * (1 - current)))
    #expect(abs(deviations(cold, of: 20_000, from: 0.2)) < 4)
    #expect(abs(deviations(hot, of: 20_000, from: p)) < 4)
  }
}
