// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import CBayNN

/// A configuration of an emulated device, as the two models without cells read it.
package struct ModelledDevice {
  private let seed: UInt64
  private let rowsMax: Int
  private let effects: ReadEffects
  private var faults = WeightFaults()

  package init(_ config: baynn_cim_emulator_config_t) throws(Fault) {
    var effects = ReadEffects()
    if config.parallel_ns != 0 { effects.parallel = config.parallel_ns }
    if config.antiparallel_ns != 0 { effects.antiparallel = config.antiparallel_ns }
    effects.parallelDeviation = config.parallel_deviation_ns
    effects.antiparallelDeviation = config.antiparallel_deviation_ns
    effects.writeDeviationPPM = config.write_deviation_ppm
    effects.readDeviationPPM = config.read_deviation_ppm
    effects.readDeviation = config.read_deviation_ns
    effects.columnDeviationPPM = config.column_deviation_ppm
    effects.converterCodes = config.converter_codes
    effects.offset = config.converter_offset_q8
    effects.offsetDeviation = config.converter_offset_deviation_q8
    effects.gainErrorPPM = config.converter_gain_error_ppm
    effects.saturation = config.converter_saturation
    self.effects = effects
    // What an emulated device refuses: nothing overflows in the ranges that are left.
    rowsMax = try Settings(config).activeRowsMax
    seed = config.seed
    faults.seed = config.seed
    faults.stuckOnesPPM = config.stuck_parallel_ppm
    faults.stuckZerosPPM = config.stuck_antiparallel_ppm
    faults.silentWritePPM = config.silent_write_ppm
    faults.stability = config.stability_q8
  }

  /// What is wrong with weights after so many nanoseconds of waiting.
  package func weightFaults(_ nanoseconds: UInt64) -> WeightFaults {
    var faults = faults
    faults.nanoseconds = nanoseconds
    return faults
  }

  /// Lays a column model out, or measures it; `offset` tells sessions of one seed apart.
  package func makeColumnModel(
    offset: UInt64, arena: inout Arena
  ) -> UnsafeMutablePointer<Accelerator>? {
    ColumnModel.make(rowsMax: rowsMax, effects, seed: seed, offset: offset, arena: &arena)
  }
}
