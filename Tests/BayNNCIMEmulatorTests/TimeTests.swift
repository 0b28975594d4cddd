// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNCIMEmulator

@Suite struct TimeTests {
  private func flipped(_ before: [UInt32], _ after: [UInt32]) -> Int {
    zip(before, after).map { ($0 ^ $1).nonzeroBitCount }.reduce(0, +)
  }

  /// Retention: 1 - exp(-(t / 1 ns) exp(-stability)).
  @Test(arguments: [(20.0, 25_000), (22, 25_000), (24, 25_000), (28, 85_000)])
  func retentionAgainstTheFormula(stability: Double, millidegrees: Int32) throws {
    let device = try TestDevice {
      $0.stability_q8 = UInt32(stability * 256)
      $0.parallel_deviation_ns = 5500
      $0.seed = 5
    }
    try device.device.pointee.heat(millidegrees)
    let before = device.states
    device.device.pointee.wait(100_000_000)
    let scale = 298.15 / (273.15 + Double(millidegrees) / 1000)
    let p = -expm1(-1e8 * exp(-stability * scale))
    let count = flipped(before, device.states)
    #expect(abs(deviations(count, of: before.count * 32, from: p)) < 4)
    // Conductances follow the states.
    let old = device.conductances
    try device.reconfigure {
      $0.parallel_deviation_ns = 5500
      $0.seed = 5
    }
    #expect(device.conductances == old)
  }

  @Test func stableCellsStay() throws {
    let device = try TestDevice { $0.stability_q8 = 60 << 8 }
    let before = device.states
    // Ten years are 3e17 ns, and the whole device is 2^14 cells: 45 flips expected.
    device.device.pointee.wait(315_000_000_000_000_000)
    let p = 3.15e17 * exp(-60.0)
    #expect(abs(deviations(flipped(before, device.states), of: before.count * 32, from: p)) < 4)
    try device.reconfigure { _ in }
    let after = device.states
    device.device.pointee.wait(.max)
    #expect(device.states == after)
  }

  /// A row loses conductance with the logarithm of its age.
  @Test func drift() throws {
    let device = try TestDevice { $0.drift_ppm = 20_000 }
    let second: UInt64 = 1_000_000_000
    device.device.pointee.wait(second)
    #expect(device.device.pointee.cells.records[0].loss == 0)
    device.device.pointee.wait(99 * second)
    device.write(0, 1, [~0, ~0])
    func check(row: Int, _ expected: Double) {
      let loss = Double(device.device.pointee.cells.records[row].loss) / 65_536
      #expect(abs(loss - expected) < 2e-5)
    }
    check(row: 0, 0.04)
    check(row: 1, 0)
    device.device.pointee.wait(900 * second)
    check(row: 0, 0.06)
    check(row: 1, 0.02 * log10(900))
    device.device.pointee.wait(999_000 * second)
    check(row: 0, 0.12)
    // 16 parallel MTJs have lost 12 % of 135.7 uS each: 3.2 counts.
    let counts = device.mac(1, active: [0xFFFF, 0], inputs: [0, 0])
    #expect(counts.allSatisfy { $0 == Int((16 - 16 * 0.12 * 135.7 / 82.5).rounded()) })
  }

  @Test func temperatureTakesContrast() throws {
    let device = try TestDevice { $0.temperature_loss_ppm = 2000 }
    let cases: [(Int32, Int)] = [(25_000, 16), (125_000, 13), (300_000, 7), (-100_000, 16)]
    for (millidegrees, count) in cases {
      try device.device.pointee.heat(millidegrees)
      #expect(device.mac(0, active: [0xFFFF, 0], inputs: [0, 0]).allSatisfy { $0 == count })
      // None is parallel: nothing is lost.
      #expect(device.mac(0, active: [0xFFFF, 0], inputs: [0xFFFF, 0]).allSatisfy { $0 == 0 })
      device.run(9)
      #expect(Int32(bitPattern: device[0x044]) == millidegrees)
    }
    #expect(throws: Error.self) { try device.device.pointee.heat(-100_001) }
    #expect(throws: Error.self) { try device.device.pointee.heat(300_001) }
  }

  /// Reads flip antiparallel MTJs that they drive, and no others.
  @Test func readDisturb() throws {
    let probability = 0.002
    let device = try TestDevice {
      $0.read_disturb_ppb = UInt32(probability * 1e9)
      $0.seed = 8
    }
    let before = device.states
    // First line 1 of 16 rows, which is parallel; then line 0 of others, which is not.
    for _ in 0..<20 { _ = device.mac(0, active: [0xFFFF_0000, 0], inputs: [0, 0]) }
    #expect(device.states == before)
    for _ in 0..<20 { _ = device.mac(0, active: [0xFFFF, 0], inputs: [0xFFFF, 0]) }
    let after = device.states
    let p = 1 - pow(1 - probability, 20)
    #expect(abs(deviations(flipped(before, after), of: 16 * 64, from: p)) < 4)
    for i in before.indices where i >= 64 || i / 2 % 2 == 1 { #expect(before[i] == after[i]) }
  }
}
