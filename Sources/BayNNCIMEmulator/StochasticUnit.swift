// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// One stochastic unit: what its MTJ needs to switch.
package struct StochasticUnit {
  /// An average unit's critical current over that of this one, in Q30: 1/4 to 4.
  private let sensitivity: UInt32
  /// Thermal stability at 25 degrees, in Q16.
  private let stability: UInt32

  package init(_ settings: UnitSettings, _ words: RandomWords, index: UInt32) {
    let deviates = words.deviates(.unit, index)
    let current = scaled(settings.currentDeviation.wide, byQ24: deviates[unchecked: 0])
    let barrier = scaled(settings.stabilityDeviation.wide, byQ24: deviates[unchecked: 1])
    let one: Int64 = 0x100_0000
    // Q24, 1/4 to 4. Said again below, so that nothing checks for a zero divisor.
    let critical = UInt64(bitPattern: max(one &>> 2, min(one &+ current, one &<< 2)))
    sensitivity = UInt32(truncatingIfNeeded: (1 &<< 54) / max(critical, 1))
    let factor = UInt64(bitPattern: max(one &>> 2, min(one &+ barrier, one &<< 2)))
    // At most 200 in Q16 times 4.
    stability = UInt32(truncatingIfNeeded: ((settings.stability << 8).wide &* factor) &>> 24)
  }

  /// The probability, in Q31, that a pulse of a current switches it.
  ///
  /// - Parameter current: relative to an average unit's Ic0, in Q30, below 2.
  package func probability(
    _ settings: UnitSettings, current: UInt32, millidegrees: Int32
  ) -> UInt32 {
    // Below 8 in Q30.
    let relative = (current.wide &* sensitivity.wide) &>> 30
    let distance = (1 &<< 30) &- Int64(bitPattern: relative)
    // Q27 to Q16, below 800 * 298 / 173 * 2^16 < 2^27; times 2^33.
    let stability = SwitchingLaw.stability(stability, millidegrees: millidegrees) &>> 11
    let barrier = (stability &* distance) &>> 19
    return SwitchingLaw.probability(logRate: settings.logPulse &- barrier)
  }

  /// The current for a wanted probability: that of an average unit, or the one that this unit's
  /// own trials have led to, at 25 degrees. In Q30.
  package func current(
    _ settings: UnitSettings, _ words: RandomWords, index: UInt32, probabilityQ16 p: UInt32
  ) -> UInt32 {
    guard settings.calibrationTrials != 0 else { return settings.current(probabilityQ16: p) }
    var current: UInt32 = 0
    var bit: UInt32 = 1 << 30
    // 18 bits, until a step changes the exponent by less than the trials can tell.
    while bit >= 1 << 13 {
      let trial = current | bit
      let threshold = probability(settings, current: trial, millidegrees: 25_000)
      let switched = count(
        words, threshold, trials: settings.calibrationTrials, index: index,
        purpose: p << 8 | UInt32(truncatingIfNeeded: bit.trailingZeroBitCount))
      // Both below 2^33.
      if switched.wide &<< 16 <= p.wide &* settings.calibrationTrials.wide { current = trial }
      bit >>= 1
    }
    return current
  }

  /// How many of some trials switch.
  private func count(
    _ words: RandomWords, _ threshold: UInt32, trials: UInt32, index: UInt32, purpose: UInt32
  ) -> UInt32 {
    // It always does, or never: no need to try.
    if threshold == 0 { return 0 }
    if threshold == FixedPoint.one { return trials }
    var switched: UInt32 = 0
    var trial: UInt32 = 0
    while trial < trials {
      let four = words.four(.calibration, trial >> 2, index, purpose)
      for i in indices(min(4, (trials &- trial).int)) where four[unchecked: i] >> 1 < threshold {
        switched &+= 1
      }
      trial &+= 4
    }
    return switched
  }
}
