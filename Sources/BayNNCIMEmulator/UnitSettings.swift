// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN

/// The stochastic unit: reset, write with a current that switches with probability p, read.
package struct UnitSettings {
  /// Thermal stability of an average unit at 25 degrees, in 1/256: 20 to 200.
  package let stability: UInt32
  /// ln(pulse / 1 ns) in Q27.
  package let logPulse: Int64
  /// Relative, in Q24.
  package let currentDeviation: Int32
  package let stabilityDeviation: Int32
  package let calibrationTrials: UInt32
  /// BAYNN_CIM_UNIT_...
  package let stuck: UInt32
  /// In Q32.
  package let resetFailure: UInt64

  package init(_ config: baynn_cim_emulator_config_t) throws(Fault) {
    stability = config.unit_stability_q8 == 0 ? 60 << 8 : config.unit_stability_q8
    let pulse = config.unit_pulse_ns == 0 ? 10 : config.unit_pulse_ns
    guard stability >= 20 << 8, stability <= 200 << 8, pulse <= 1000,
      config.unit_current_deviation_ppm <= 1_000_000,
      config.unit_stability_deviation_ppm <= 1_000_000,
      config.unit_calibration_trials <= 65_536, config.unit_stuck <= BAYNN_CIM_UNIT_STUCK_DROP,
      config.unit_reset_failure_ppm <= 1_000_000
    else { throw .argument }
    logPulse = logarithm(pulse.wide, fraction: 0)
    currentDeviation = relative(ppm: config.unit_current_deviation_ppm)
    stabilityDeviation = relative(ppm: config.unit_stability_deviation_ppm)
    calibrationTrials = config.unit_calibration_trials
    stuck = config.unit_stuck
    resetFailure = probability(ppm: config.unit_reset_failure_ppm)
  }

  /// The current, relative to Ic0, at which an average unit at 25 degrees switches with a
  /// probability of `p` / 65536: I / Ic0 = 1 - (ln t - ln(-ln(1 - p))) / stability. In Q30,
  /// between 0 and 2.
  package func current(probabilityQ16 p: UInt32) -> UInt32 {
    // Of a size below 18 in Q27, so that the quotient is below 18 / 20 in Q30.
    let distance = (logPulse &- SwitchingLaw.logRate(probabilityQ16: p)) &<< 11
    let divisor = Int64(bitPattern: max(stability, 1).wide)
    return UInt32(truncatingIfNeeded: (1 &<< 30) &- distance / divisor)
  }
}
