// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import CBayNN

/// The stochastic units, and at which threshold each gives a bit of 1, for the probabilities that
/// were asked for last.
struct Units {
  private static let slots = 8

  private let units: UnsafeMutablePointer<StochasticUnit>
  /// slots x count: the probability to switch, in Q31.
  private let thresholds: UnsafeMutablePointer<UInt32>
  /// The last bit of each.
  private let last: UnsafeMutablePointer<UInt8>
  private let count: Int
  /// The probability, in Q0.16, that each slot is for; 0 for none.
  private var probabilities = InlineArray<8, UInt32>(repeating: 0)
  private var nextSlot = 0
  /// The unit that gives the next bit, and bits so far.
  private var turn = 0
  private var drawn: UInt64 = 0

  init(_ settings: Settings, arena: inout Arena) {
    count = settings.units
    units = arena.take(StochasticUnit.self, count: count)
    thresholds = arena.take(UInt32.self, count: Units.slots &* count)
    last = arena.take(UInt8.self, count: count)
  }

  /// Makes the units anew.
  mutating func settle(_ settings: Settings) {
    for i in indices(count) {
      let index = UInt32(truncatingIfNeeded: i)
      units[i] = StochasticUnit(settings.unit, settings.words, index: index)
      last[i] = 0
    }
    forget()
  }

  /// Forgets all thresholds: something that they depend on has changed.
  mutating func forget() {
    for i in indices(Units.slots) { probabilities[unchecked: i] = 0 }
  }

  /// Draws bits with a probability of `p` / 65536, from the units in turn.
  ///
  /// - Parameters:
  ///   - count: at most 65536.
  ///   - bits: receives them; padding is 0.
  mutating func draw(
    _ settings: Settings, _ p: UInt32, millidegrees: Int32, count wanted: Int,
    _ bits: UnsafeMutablePointer<UInt32>
  ) {
    let thresholds = slot(settings, p, millidegrees)
    bits.fill(0, count: (wanted &+ 31) >> 5)
    for i in indices(wanted) {
      let bit = bit(settings, thresholds[turn])
      bits[i >> 5] |= bit &<< UInt32(truncatingIfNeeded: i & 31)
      turn = turn &+ 1 == count ? 0 : turn &+ 1
    }
  }

  @inline(__always)
  private mutating func bit(_ settings: Settings, _ threshold: UInt32) -> UInt32 {
    let number = drawn
    drawn &+= 1
    if settings.unit.stuck != BAYNN_CIM_UNIT_WORKS {
      return settings.unit.stuck == BAYNN_CIM_UNIT_STUCK_DROP ? 1 : 0
    }
    // A write never undoes a 1: if the reset has failed, it stays.
    var bit: UInt32 =
      settings.words.word(.switching, number: number) >> 1 < threshold ? 1 : 0
    if settings.unit.resetFailure != 0 && last[turn] != 0
      && settings.words.word(.resetFailure, number: number).wide < settings.unit.resetFailure
    {
      bit = 1
    }
    last[turn] = UInt8(truncatingIfNeeded: bit)
    return bit
  }

  /// The thresholds of all units for a probability.
  private mutating func slot(
    _ settings: Settings, _ p: UInt32, _ millidegrees: Int32
  ) -> UnsafePointer<UInt32> {
    for i in indices(Units.slots) where probabilities[unchecked: i] == p {
      return UnsafePointer(thresholds + i &* count)
    }
    let slot = nextSlot
    nextSlot = (nextSlot &+ 1) & (Units.slots &- 1)
    probabilities[unchecked: slot] = p
    let values = thresholds + slot &* count
    for i in indices(count) {
      let current = units[i].current(
        settings.unit, settings.words, index: UInt32(truncatingIfNeeded: i), probabilityQ16: p)
      values[i] = units[i].probability(
        settings.unit, current: current, millidegrees: millidegrees)
    }
    return UnsafePointer(values)
  }
}
