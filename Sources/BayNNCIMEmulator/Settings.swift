// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN

/// The configuration of an emulated device, checked and in the units of its arithmetic.
///
/// Conductances are in units of 4 nS, so that the largest, 262 uS, takes 16 bits.
package struct Settings {
  package let words: RandomWords

  // Geometry.
  package let arrays: Int
  package let rows: Int
  package let columns: Int
  package let activeRowsMax: Int
  package let units: Int

  // Conductance.
  package let parallel: StateConductance
  package let antiparallel: StateConductance
  package let writeDeviation: Int32
  package let readDeviation: Int32
  /// Of a column's current, in 1/64 nS: 1/256 of the unit.
  package let readNoise: Int32
  package let columnDeviation: Int32
  /// Per thousandth of a degree, in Q40.
  package let temperatureLoss: Int64
  /// Per decade, in Q24.
  package let drift: Int32

  // Converter.
  package let converter: ConverterSettings

  // Faults: probabilities in Q32.
  package let stuckParallel: UInt64
  package let stuckAntiparallel: UInt64
  package let silentWrite: UInt64
  package let noticedWrite: UInt64
  package let readDisturb: UInt32
  /// Thermal stability at 25 degrees in Q16; 0 for ever.
  package let stability: UInt32

  package let unit: UnitSettings
  package let busyPolls: UInt32
  package let failAccess: UInt32
  package var powerCutWrite: UInt32

  package var columnWords: Int { columns >> 5 }
  package var countPlanes: Int { bitWidth(activeRowsMax) }
  package var lines: Int { arrays &* rows }
  package var hasStuck: Bool { stuckParallel | stuckAntiparallel != 0 }

  package init(_ config: baynn_cim_emulator_config_t) throws(Fault) {
    let million: UInt32 = 1_000_000
    guard config.reserved == 0, config.write_deviation_ppm <= million,
      config.read_deviation_ppm <= million, config.read_deviation_ns <= million,
      config.column_deviation_ppm <= million, config.temperature_loss_ppm <= 10_000,
      config.drift_ppm <= million, config.silent_write_ppm <= million,
      config.noticed_write_ppm <= million, config.stuck_parallel_ppm <= million,
      config.stuck_antiparallel_ppm <= million &- config.stuck_parallel_ppm,
      config.read_disturb_ppb <= 1_000_000_000, config.stability_q8 <= 65_536
    else { throw .argument }
    words = RandomWords(seed: config.seed)
    (arrays, rows, columns) = try Settings.shape(config)
    activeRowsMax =
      config.active_rows_max == 0 ? min(16, rows) : size(config.active_rows_max)
    units = config.random_units == 0 ? 1 : size(config.random_units)
    guard activeRowsMax <= rows, units <= BAYNN_CIM_EMULATOR_UNITS_MAX.int else { throw .argument }

    parallel = try StateConductance(
      mean: config.parallel_ns == 0 ? 135_700 : config.parallel_ns,
      deviation: config.parallel_deviation_ns)
    antiparallel = try StateConductance(
      mean: config.antiparallel_ns == 0 ? 53_200 : config.antiparallel_ns,
      deviation: config.antiparallel_deviation_ns)
    guard parallel.units > antiparallel.units else { throw .argument }
    writeDeviation = relative(ppm: config.write_deviation_ppm)
    readDeviation = relative(ppm: config.read_deviation_ppm)
    readNoise = Int32(bitPattern: config.read_deviation_ns << 6)
    columnDeviation = relative(ppm: config.column_deviation_ppm)
    // At most 2^14 * 2^40 / 10^9.
    temperatureLoss = Int64(
      bitPattern: (config.temperature_loss_ppm.wide &<< 40) / 1_000_000_000)
    drift = relative(ppm: config.drift_ppm)
    converter = try ConverterSettings(config, parallel, antiparallel)
    stuckParallel = probability(ppm: config.stuck_parallel_ppm)
    stuckAntiparallel = probability(ppm: config.stuck_antiparallel_ppm)
    silentWrite = probability(ppm: config.silent_write_ppm)
    noticedWrite = probability(ppm: config.noticed_write_ppm)
    readDisturb = config.read_disturb_ppb
    stability = config.stability_q8 << 8
    unit = try UnitSettings(config)
    busyPolls = config.busy_polls
    failAccess = config.fail_access
    powerCutWrite = config.power_cut_write
  }

  /// A device of more cells than this would not fit the memory of any machine it is for.
  private static let cellsMax: UInt64 = 0x1000_0000

  private static func shape(
    _ config: baynn_cim_emulator_config_t
  ) throws(Fault) -> (arrays: Int, rows: Int, columns: Int) {
    let arrays = config.arrays == 0 ? 4 : config.arrays
    let rows = config.rows == 0 ? 256 : config.rows
    let columns = config.columns == 0 ? 256 : config.columns
    guard arrays <= BAYNN_CIM_ARRAYS_MAX, rows <= BAYNN_CIM_LINES_MAX,
      columns <= BAYNN_CIM_LINES_MAX, (rows | columns) & 31 == 0,
      // At most 2^16 * 2^12 * 2^12.
      arrays.wide &* (rows &* columns).wide <= cellsMax
    else { throw .argument }
    return (arrays.int, rows.int, columns.int)
  }
}

/// A number as an Int: one above 2^31 - 1 counts as that.
@inline(__always)
func size(_ value: UInt32) -> Int { min(value, 0x7FFF_FFFF).int }

/// Millionths, at most 10^6, in Q24.
func relative(ppm: UInt32) -> Int32 {
  Int32(truncatingIfNeeded: (ppm.wide &<< 24 &+ 500_000) / 1_000_000)
}

/// Millionths, at most 10^6, in Q32.
func probability(ppm: UInt32) -> UInt64 {
  (ppm.wide &<< 32 &+ 500_000) / 1_000_000
}
