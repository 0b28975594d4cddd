// SPDX-License-Identifier: Apache-2.0
import BayNNCore

extension Device {
  /// Lets time pass.
  package mutating func wait(_ nanoseconds: UInt64) {
    guard nanoseconds != 0 else { return }
    clock = clock > UInt64.max &- nanoseconds ? .max : clock &+ nanoseconds
    loseConductance()
    loseStates(nanoseconds)
  }

  /// How much conductance each row has lost.
  func loseConductance() {
    for row in indices(settings.lines) {
      let record = cells.records + row
      record.pointee.loss =
        settings.drift == 0 ? 0 : loss(age: clock &- record.pointee.writtenAt)
    }
  }

  /// drift * log10(age / 1 s), in Q16 and below 1; none before a second has passed.
  private func loss(age: UInt64) -> UInt32 {
    let second: UInt64 = 1_000_000_000
    guard age > second else { return 0 }
    // Below 24 in Q27; 1 / ln 10 in Q32.
    let logs = logarithm(age, fraction: 0) &- logarithm(second, fraction: 0)
    let log = UInt32(truncatingIfNeeded: max(0, logs))
    let decades = FixedPoint.mulHigh(log, 1_865_280_597)
    // Q27 times Q24 to Q16; below 2^31 times 2^24.
    let loss = (decades.wide &* UInt32(bitPattern: settings.drift).wide) &>> 35
    return UInt32(truncatingIfNeeded: min(loss, 65_535))
  }

  /// Flips MTJs: each with a probability of 1 - exp(-(t / 1 ns) exp(-stability)).
  private mutating func loseStates(_ nanoseconds: UInt64) {
    guard settings.stability != 0 else { return }
    let stability = SwitchingLaw.stability(settings.stability, millidegrees: millidegrees)
    let skip = GeometricSkip(logRate: logarithm(nanoseconds, fraction: 0) &- stability)
    // At most 2^29.
    let count = (settings.lines &* 2 &* settings.columns).wide
    var index = skip.length(nextRetentionWord())
    while index < count {
      flip(UInt32(truncatingIfNeeded: index).int)
      index &+= 1 &+ skip.length(nextRetentionWord())
    }
  }

  private mutating func nextRetentionWord() -> UInt32 {
    let word = settings.words.word(.retention, number: retentionDraws)
    retentionDraws &+= 1
    return word
  }
}
