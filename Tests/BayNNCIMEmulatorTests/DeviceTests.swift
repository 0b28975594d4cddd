// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCIMEmulator

/// A sequence of words.
private struct Words {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
  mutating func next() -> UInt32 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt32(truncatingIfNeeded: state >> 32)
  }
}

@Suite struct DeviceTests {
  private func fill(_ device: TestDevice, seed: UInt64) -> [[UInt32]] {
    var words = Words(seed)
    let rows = (0..<device.settings.lines).map { _ in
      (0..<device.settings.columnWords).map { _ in words.next() }
    }
    for (i, row) in rows.enumerated() {
      #expect(device.write(i / device.settings.rows, i % device.settings.rows, row) == 0)
    }
    return rows
  }

  /// Counts by the definition in cim_driver.h.
  private func counts(
    _ rows: ArraySlice<[UInt32]>, active: [UInt32], inputs: [UInt32], columns: Int
  ) -> [Int] {
    (0..<columns).map { column in
      rows.enumerated().filter { i, row in
        let weight = row[column / 32] >> UInt32(column % 32) & 1
        return active[i / 32] >> UInt32(i % 32) & 1 == 1
          && inputs[i / 32] >> UInt32(i % 32) & 1 == weight
      }.count
    }
  }

  /// Whatever way the counts of an ideal device are computed, they are those of the definition.
  @Test(arguments: [0, 1, 2, 3])
  func idealDeviceCountsExactly(way: Int) throws {
    let device = try TestDevice {
      $0.active_rows_max = 64
      // No effect on a device without deviations at 25 degrees, but other code.
      if way == 1 { $0.converter_codes = 129 }
      if way == 2 { $0.drift_ppm = 1000 }
      if way == 3 { $0.temperature_loss_ppm = 1000 }
    }
    let rows = fill(device, seed: 1)
    var words = Words(9)
    for trial in 0..<24 {
      let array = trial & 1
      let mask: UInt32 = trial < 8 ? ~0 : words.next() & (trial < 16 ? ~0 : words.next())
      let active = [mask, words.next() | 1]
      let inputs = [words.next() & mask, words.next() & active[1]]
      let expected = counts(
        rows[array * 64..<array * 64 + 64], active: active, inputs: inputs, columns: 64)
      #expect(device.mac(array, active: active, inputs: inputs) == expected)
    }
    for i in 0..<128 { #expect(device.read(i / 64, i % 64) == rows[i]) }
  }

  @Test func conductancesHaveTheirMoments() throws {
    let device = try TestDevice {
      $0.parallel_deviation_ns = 5500
      $0.antiparallel_deviation_ns = 2500
      $0.seed = 11
    }
    // A blank device: one line antiparallel, the other parallel.
    let all = device.conductances
    let parallel = all.indices.filter { $0 / 64 % 2 == 1 }.map { all[$0] * 4 }
    let antiparallel = all.indices.filter { $0 / 64 % 2 == 0 }.map { all[$0] * 4 }
    let root = Double(parallel.count).squareRoot()
    #expect(abs(mean(parallel) - 135_700) < 4 * 5500 / root)
    #expect(abs(mean(antiparallel) - 53_200) < 4 * 2500 / root)
    #expect(abs(deviation(parallel) / 5500 - 1) < 4 / root / 2.squareRoot())
    #expect(abs(deviation(antiparallel) / 2500 - 1) < 4 / root / 2.squareRoot())
  }

  /// A cell has one conductance for each of its states, unless a write changes it.
  @Test func conductancesStayUnlessWritesDeviate() throws {
    for deviation: UInt32 in [0, 10_000] {
      let device = try TestDevice {
        $0.arrays = 1
        $0.rows = 32
        $0.parallel_deviation_ns = 5500
        $0.write_deviation_ppm = deviation
      }
      var seen: [[Double]] = []
      for weights: UInt32 in [0, ~0, 0, ~0] {
        for row in 0..<32 { device.write(0, row, [weights, weights]) }
        seen.append(device.conductances)
      }
      #expect((seen[0] == seen[2]) == (deviation == 0))
      #expect((seen[1] == seen[3]) == (deviation == 0))
      guard deviation != 0 else { continue }
      let ratios = zip(seen[1], seen[3]).map { $1 / $0 - 1 }
      #expect(abs(BayNNCIMEmulatorTests.deviation(ratios) / 0.01414 - 1) < 0.05)
    }
  }

  @Test func seedsDecide() throws {
    func conductances(_ seed: UInt64) throws -> [Double] {
      try TestDevice {
        $0.parallel_deviation_ns = 5500
        $0.seed = seed
      }.conductances
    }
    #expect(try conductances(1) == conductances(1))
    #expect(try conductances(1) != conductances(2))
    #expect(try conductances(1) != conductances(1 + 1 << 32))
  }

  @Test func stuckJunctionsStay() throws {
    let device = try TestDevice {
      $0.stuck_parallel_ppm = 30_000
      $0.stuck_antiparallel_ppm = 50_000
    }
    let settings = device.settings
    for weights: UInt32 in [~0, 0, ~0] {
      for row in 0..<128 { device.write(row / 64, row % 64, [weights, weights]) }
    }
    let ones = device.states
    for row in 0..<128 { device.write(row / 64, row % 64, [0, 0]) }
    let zeros = device.states
    let total = settings.lines * 2 * settings.columns
    let parallel = zip(ones, zeros).map { ($0 & $1).nonzeroBitCount }.reduce(0, +)
    let antiparallel = zip(ones, zeros).map { (~($0 | $1)).nonzeroBitCount }.reduce(0, +)
    #expect(abs(deviations(parallel, of: total, from: 0.03)) < 4)
    #expect(abs(deviations(antiparallel, of: total, from: 0.05)) < 4)
    // Both lines are affected, and the ones read back say so for the line that holds weights.
    #expect(device.read(0, 0) == Array(zeros[0..<2]))
    let before = device.states
    try device.reconfigure { $0.stability_q8 = 10 << 8 }
    device.device.pointee.wait(1 << 40)
    #expect(device.states == before.map { ~$0 })
    try device.reconfigure {
      $0.stuck_parallel_ppm = 30_000
      $0.stuck_antiparallel_ppm = 50_000
    }
    let after = device.states
    try device.reconfigure {
      $0.stuck_parallel_ppm = 30_000
      $0.stuck_antiparallel_ppm = 50_000
      $0.stability_q8 = 10 << 8
    }
    device.device.pointee.wait(1 << 40)
    let kept = zip(after, device.states).map { (~($0 ^ $1)).nonzeroBitCount }.reduce(0, +)
    #expect(kept == parallel + antiparallel)
  }

  @Test func silentWritesKeepTheOldState() throws {
    let device = try TestDevice { $0.silent_write_ppm = 100_000 }
    for row in 0..<128 { #expect(device.write(row / 64, row % 64, [~0, ~0]) == 0) }
    let states = device.states
    var kept = 0
    for (i, word) in states.enumerated() {
      kept += (i / 2 % 2 == 0 ? ~word : word).nonzeroBitCount
    }
    #expect(abs(deviations(kept, of: states.count * 32, from: 0.1)) < 4)
    // Writing again gets nine of ten of these right.
    for row in 0..<128 { device.write(row / 64, row % 64, [~0, ~0]) }
    let left = device.states.enumerated().reduce(0) {
      $0 + ($1.offset / 2 % 2 == 0 ? ~$1.element : $1.element).nonzeroBitCount
    }
    #expect(abs(deviations(left, of: states.count * 32, from: 0.01)) < 4)
  }

  @Test func noticedWritesChangeNothing() throws {
    let device = try TestDevice { $0.noticed_write_ppm = 250_000 }
    var failed = 0
    for row in 0..<128 {
      let before = device.states
      let error = device.write(row / 64, row % 64, [~0, 0x1234])
      #expect(error == 0 || error == 5)
      #expect((device.states == before) == (error == 5))
      failed += error == 5 ? 1 : 0
    }
    #expect(abs(deviations(failed, of: 128, from: 0.25)) < 4)
  }

  @Test func powerIsCutHalfwayThroughARow() throws {
    let device = try TestDevice {
      $0.columns = 32
      $0.power_cut_write = 3
    }
    for row in 0..<2 { device.write(0, row, [~0]) }
    device[0x030] = 2
    device[0x020] = 2
    #expect(!device.device.pointee.isPowered)
    #expect(throws: Error.self) { try device.device.pointee.access() }
    device.device.pointee.powerOn(cutWrite: 2)
    #expect(device[0x024] == 0 && device[0x030] == 0 && device[0x3000] == 0)
    #expect((0..<4).map { device.read(0, $0)[0] } == [~0, ~0, 0xFFFF, 0])
    device.write(0, 4, [~0])
    #expect(device.device.pointee.isPowered)
    // An erase is a write of each row, and ends where power does.
    device[0x02C] = 0
    device[0x020] = 4
    #expect(!device.device.pointee.isPowered)
    device.device.pointee.powerOn(cutWrite: 0)
    #expect((0..<5).map { device.read(0, $0)[0] } == [0xFFFF_0000, ~0, 0xFFFF, 0, ~0])
  }

  @Test func wearIsThatOfTheMostWrittenRow() throws {
    let device = try TestDevice()
    func wear(_ array: Int) -> UInt32 {
      device[0x02C] = UInt32(array)
      device.run(8)
      return device[0x044]
    }
    #expect(wear(0) == 0 && wear(1) == 0)
    for _ in 0..<3 { device.write(1, 7, [1, 2]) }
    device.write(1, 8, [1, 2])
    #expect(wear(0) == 0 && wear(1) == 3)
    device[0x02C] = 0
    device.run(4)
    #expect(wear(0) == 1 && wear(1) == 3)
  }
}
