// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN

/// How a column's current becomes a count, whatever the number of rows.
package struct ConverterSettings {
  /// Mean conductances in units of 4 nS; their difference is at least 1.
  package let antiparallel: Int32
  package let difference: Int32
  /// Deviations in nS.
  package let parallelDeviation: Int32
  package let antiparallelDeviation: Int32
  package let codes: UInt32
  /// In 1/256 count.
  package let offset: Int32
  package let offsetDeviation: Int32
  /// Relative, in Q24.
  package let gainError: Int32
  package let countMax: Int32
  /// True if a count is the quotient of current and difference, rounded, and saturated.
  package var onlyRounds: Bool {
    codes == 0 && gainError == 0 && offset | offsetDeviation == 0
  }

  package init(
    _ config: baynn_cim_emulator_config_t, _ parallel: StateConductance,
    _ antiparallel: StateConductance
  ) throws(Fault) {
    let offsetMax: Int32 = 4096 << 8
    guard config.converter_codes != 1, config.converter_codes <= 65_536,
      config.converter_offset_q8 >= -offsetMax, config.converter_offset_q8 <= offsetMax,
      config.converter_offset_deviation_q8 <= UInt32(bitPattern: offsetMax),
      config.converter_gain_error_ppm >= -500_000,
      config.converter_gain_error_ppm <= 500_000
    else { throw .argument }
    self.antiparallel = antiparallel.units
    difference = parallel.units &- antiparallel.units
    parallelDeviation = parallel.deviation
    antiparallelDeviation = antiparallel.deviation
    codes = config.converter_codes
    offset = config.converter_offset_q8
    offsetDeviation = Int32(bitPattern: config.converter_offset_deviation_q8)
    let error = config.converter_gain_error_ppm
    let size = relative(ppm: error.magnitude)
    gainError = error < 0 ? 0 &- size : size
    let largest = config.converter_saturation
    countMax = largest == 0 ? .max : Int32(truncatingIfNeeded: min(largest, 0x7FFF_FFFF))
  }
}
