// SPDX-License-Identifier: Apache-2.0
import CBayNN
import Testing

@testable import BayNNCIMEmulator

@Suite struct SettingsTests {
  @Test func defaults() throws {
    let settings = try Settings(baynn_cim_emulator_config_t())
    #expect(settings.arrays == 4 && settings.rows == 256 && settings.columns == 256)
    #expect(settings.activeRowsMax == 16 && settings.units == 1)
    #expect(settings.parallel.mean == 135_700 && settings.antiparallel.mean == 53_200)
    #expect(settings.unit.stability == 60 << 8)
    #expect(settings.converter.onlyRounds)
  }

  typealias Config = baynn_cim_emulator_config_t
  typealias Case = (field: WritableKeyPath<Config, UInt32>, good: UInt32, bad: UInt32)

  @Test func rangesOfFields() throws {
    let cases: [Case] = [
      (\.arrays, 64, 65_537), (\.rows, 4096, 4128), (\.rows, 32, 33), (\.columns, 4096, 4128),
      (\.columns, 96, 40), (\.active_rows_max, 256, 257), (\.random_units, 4096, 4097),
      (\.parallel_ns, 262_140, 262_141), (\.parallel_ns, 53_204, 53_200),
      (\.antiparallel_ns, 135_696, 135_700), (\.parallel_deviation_ns, 262_140, 262_141),
      (\.antiparallel_deviation_ns, 262_140, .max),
      (\.write_deviation_ppm, 1_000_000, 1_000_001),
      (\.read_deviation_ppm, 1_000_000, 1_000_001),
      (\.read_deviation_ns, 1_000_000, 1_000_001),
      (\.column_deviation_ppm, 1_000_000, 1_000_001),
      (\.temperature_loss_ppm, 10_000, 10_001), (\.drift_ppm, 1_000_000, 1_000_001),
      (\.converter_codes, 65_536, 65_537), (\.converter_codes, 2, 1),
      (\.converter_offset_deviation_q8, 1_048_576, 1_048_577),
      (\.stuck_parallel_ppm, 1_000_000, 1_000_001),
      (\.stuck_antiparallel_ppm, 1_000_000, 1_000_001),
      (\.silent_write_ppm, 1_000_000, 1_000_001), (\.noticed_write_ppm, 1_000_000, .max),
      (\.read_disturb_ppb, 1_000_000_000, 1_000_000_001), (\.stability_q8, 65_536, 65_537),
      (\.unit_stability_q8, 5120, 5119), (\.unit_stability_q8, 51_200, 51_201),
      (\.unit_pulse_ns, 1000, 1001), (\.unit_current_deviation_ppm, 1_000_000, 1_000_001),
      (\.unit_stability_deviation_ppm, 1_000_000, 1_000_001),
      (\.unit_calibration_trials, 65_536, 65_537), (\.unit_stuck, 2, 3),
      (\.unit_reset_failure_ppm, 1_000_000, 1_000_001), (\.reserved, 0, 1),
    ]
    for (field, good, bad) in cases {
      var config = Config()
      config[keyPath: field] = good
      _ = try Settings(config)
      config[keyPath: field] = bad
      #expect(throws: Error.self, "\(field)") { try Settings(config) }
    }
  }

  @Test func fieldsTogether() {
    var config = Config()
    config.stuck_parallel_ppm = 500_001
    config.stuck_antiparallel_ppm = 500_000
    #expect(throws: Error.self) { try Settings(config) }
    config = Config()
    config.arrays = 17
    config.rows = 4096
    config.columns = 4096
    #expect(throws: Error.self) { try Settings(config) }
    config.arrays = 16
    #expect(throws: Never.self) { try Settings(config) }
    for error: Int32 in [-500_001, 500_001, .min, .max] {
      config.converter_gain_error_ppm = error
      #expect(throws: Error.self) { try Settings(config) }
    }
    config.converter_gain_error_ppm = -500_000
    for offset: Int32 in [-1_048_577, 1_048_577, .min, .max] {
      config.converter_offset_q8 = offset
      #expect(throws: Error.self) { try Settings(config) }
    }
  }

  /// About 4.3 bytes a cell, as the header says.
  @Test func storage() throws {
    let bytes = try Device.storageBytes(Settings(Config()))
    let cells = 4.0 * 256 * 256
    #expect(Double(bytes) / cells > 4.25 && Double(bytes - 12_288) / cells < 4.35)
  }
}
