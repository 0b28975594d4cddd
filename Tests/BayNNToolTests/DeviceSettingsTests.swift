// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CBayNN
import Testing

@testable import BayNNTool

@Suite struct DeviceSettingsTests {
  private static func settings(_ arguments: String...) throws -> DeviceSettings {
    let options = try DeviceOptions.parse(arguments)
    var settings = DeviceSettings(options.device)
    try options.apply(to: &settings)
    return settings
  }

  @Test func presets() throws {
    let published = try DeviceSettingsTests.settings().configuration(arrays: 3, seed: 7)
    #expect(published.arrays == 3 && published.seed == 7 && published.rows == 256)
    #expect(published.parallel_ns == 135_700 && published.parallel_deviation_ns == 5500)
    #expect(published.antiparallel_ns == 53_200 && published.antiparallel_deviation_ns == 2500)
    // 18.54 kOhm is 53.937 uS; its 0.62 kOhm are 3.344 % of it.
    let harder = try DeviceSettingsTests.settings("--device", "harder")
      .configuration(arrays: 1, seed: 0)
    #expect(harder.parallel_ns == 53_937 && harder.parallel_deviation_ns == 1804)
    #expect(harder.antiparallel_ns == 39_370 && harder.antiparallel_deviation_ns == 1442)
    let ideal = try DeviceSettingsTests.settings("--device", "ideal")
      .configuration(arrays: 1, seed: 0)
    #expect(ideal.parallel_deviation_ns == 0 && ideal.antiparallel_deviation_ns == 0)
  }

  /// Each option sets one member, in its unit.
  @Test func everyOptionReachesItsMember() throws {
    let signed: [(String, WritableKeyPath<baynn_cim_emulator_config_t, Int32>, Int32)] = [
      ("converter-offset", \.converter_offset_q8, -384),
      ("converter-gain-error", \.converter_gain_error_ppm, -15_000),
    ]
    for (name, member, expected) in signed {
      let settings = try DeviceSettingsTests.settings("--device", "ideal", "--\(name)=-1.5")
      #expect(settings.configuration(arrays: 1, seed: 0)[keyPath: member] == expected, "\(name)")
    }
    let expected: [(DeviceField, String, UInt32)] = [
      (.parallelConductance, "60.5", 60_500), (.parallelDeviation, "0.25", 250),
      (.antiparallelConductance, "40", 40_000), (.antiparallelDeviation, "0.001", 1),
      (.writeDeviation, "1.5", 15_000), (.readDeviation, "0.0001", 1), (.readNoise, "2", 2000),
      (.columnDeviation, "100", 1_000_000), (.temperatureLoss, "0.2", 2000),
      (.drift, "3", 30_000), (.converterCodes, "33", 33),
      (.converterOffsetDeviation, "0.5", 128), (.converterSaturation, "12", 12),
      (.stuckParallel, "0.1", 1000), (.stuckAntiparallel, "0.2", 2000),
      (.silentWrite, "1", 10_000), (.noticedWrite, "2", 20_000), (.readDisturb, "5", 5),
      (.stability, "40", 10_240), (.unitStability, "50.5", 12_928), (.unitPulse, "20", 20),
      (.unitCurrentDeviation, "1", 10_000), (.unitStabilityDeviation, "2", 20_000),
      (.unitCalibrationTrials, "64", 64), (.unitStuck, "2", 2), (.unitResetFailure, "3", 30_000),
    ]
    for (field, text, number) in expected {
      let settings = try DeviceSettingsTests.settings(
        "--device", "ideal", "--\(field.rawValue)", text)
      let member = try #require(field.member)
      let found = settings.configuration(arrays: 1, seed: 0)[keyPath: member]
      #expect(found == number, "\(field.rawValue)")
    }
    let geometry: Set<DeviceField> = [.rows, .columns, .activeRows, .randomUnits]
    let tested = Set(expected.map(\.0)).union(geometry)
    #expect(Set(DeviceField.allCases.filter { $0.member != nil }) == tested)
  }

  @Test func derivedSettings() throws {
    let settings = try DeviceSettingsTests.settings(
      "--scale-deviation", "1.5", "--stuck", "0.5", "--stuck-parallel", "1",
      "--retention-hours", "2", "--temperature=-40")
    let device = settings.configuration(arrays: 1, seed: 0)
    #expect(device.parallel_deviation_ns == 8250 && device.antiparallel_deviation_ns == 3750)
    #expect(device.stuck_parallel_ppm == 12_500 && device.stuck_antiparallel_ppm == 2500)
    #expect(settings.retentionNanoseconds == 7_200_000_000_000)
    #expect(settings.millidegrees == -40_000)
    #expect(DeviceSettings().millidegrees == 25_000)
  }

  @Test func valuesOutOfRange() throws {
    let cases: [(DeviceField, Double, String)] = [
      (.stuck, 101, "--stuck is 0 to 100 (%), not 101"),
      (.parallelDeviation, 0.0004, "smaller than its step of 0.001 (uS)"),
      (.activeRows, 2.5, "--active-rows is a whole number"),
      (.rows, 100, "--rows is a multiple of 32"), (.columns, 8192, "--columns is 32 to 4096"),
      (.temperature, 301, "--temperature is -100 to 300"),
    ]
    for (field, value, message) in cases {
      let error = failure {
        var settings = DeviceSettings()
        try settings.set(field, to: value)
      }
      #expect(error?.kind == .usage)
      #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }
    let pairs: [([(DeviceField, Double)], String)] = [
      ([(.rows, 32), (.activeRows, 33)], "more than the 32 rows"),
      ([(.antiparallelConductance, 140)], "is below --parallel-conductance 135.7"),
      ([(.converterCodes, 1)], "--converter-codes is 0"),
      ([(.stuck, 60), (.stuckParallel, 41)], "more than all MTJs are stuck: 101 %"),
    ]
    for (fields, message) in pairs {
      let error = failure {
        var settings = DeviceSettings()
        for (field, value) in fields { try settings.set(field, to: value) }
        try settings.validate()
      }
      #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }
  }

  @Test func sweeps() throws {
    let one = try Sweep("stuck=0,0.5,2")
    #expect(one.field == .stuck && one.values == [0, 0.5, 2])
    let grid = try Sweep.grid([one, Sweep("active-rows=8,16")])
    #expect(grid.count == 6 && grid[1] == [.stuck: 0, .activeRows: 16])
    #expect(try Sweep.grid([]) == [[:]])
    for text in ["stuck", "x=1", "stuck=", "stuck=1,,2", "stuck=1,1", "stuck=nan"] {
      #expect(failure { _ = try Sweep(text) }?.kind == .usage, "\(text)")
    }
    #expect(failure { _ = try Sweep.grid([one, one]) }?.kind == .usage)
  }

  @Test func recovery() throws {
    #expect(try Recovery("none") == Recovery() && Recovery().text == "none")
    let both = try Recovery("calibrate,ecc")
    #expect(both.corrects && both.calibrates && !both.scrubs && both.text == "ecc,calibrate")
    for text in ["scrub,ecc", "x"] {
      #expect(failure { _ = try Recovery(text) }?.kind == .usage)
    }
  }

  @Test func costs() throws {
    var costs = try OperationCosts()
    var ledger = baynn_cim_ledger_t()
    ledger.struct_bytes = UInt32(MemoryLayout<baynn_cim_ledger_t>.size)
    ledger.cell_reads = 1000
    ledger.random_bits = 10
    try costs.replace("cell-read=2")
    try costs.replace("random-bit=0.5")
    try costs.replace("random-bit-time=30")
    let energy = try costs.energy(ledger, randomUnits: 5)
    #expect(energy.total_fj == 2005 && energy.random_bit_fj == 5 && energy.time_ns == 60)
    #expect(costs.source(of: .cellRead) == "given")
    #expect(costs.source(of: .conversion) == "assumption")
    #expect(try OperationCosts().source(of: .cellRead) == "published")
    for text in ["cell-read", "x=1", "conversion=-1", "conversion=1e9", "converters=0"] {
      #expect(failure { try costs.replace(text) }?.kind == .usage, "\(text)")
    }
  }
}
