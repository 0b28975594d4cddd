// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN

/// What a ledger costs: SPEC.md section 9. Amounts in femtojoules, rounded down.
package struct Energy: Equatable {
  /// Of the exact amounts: up to 6 fJ more than the sum of those below.
  package var total: UInt64
  package var cellRead: UInt64
  package var conversion: UInt64
  package var accumulation: UInt64
  package var randomBit: UInt64
  package var cellWrite: UInt64
  package var cellVerify: UInt64
  package var buffer: UInt64
  /// In nanoseconds, rounded down.
  package var time: UInt64

  /// Errors: BAYNN_ERROR_ARGUMENT (no converter, no random unit).
  package init(
    of ledger: baynn_cim_ledger_t, _ costs: baynn_cim_costs_t, randomUnits: UInt32
  ) throws(Fault) {
    guard costs.converters >= 1, randomUnits >= 1 else { throw .argument }
    var sum = WideSum()
    cellRead = sum.add(ledger.cell_reads, times: costs.cell_read_aj)
    conversion = sum.add(ledger.conversions, times: costs.conversion_aj)
    accumulation = sum.add(ledger.accumulations, times: costs.accumulation_aj)
    randomBit = sum.add(ledger.random_bits, times: costs.random_bit_aj)
    cellWrite = sum.add(ledger.cell_writes, times: costs.cell_write_aj)
    cellVerify = sum.add(ledger.cell_verifies, times: costs.cell_verify_aj)
    buffer = sum.add(ledger.buffer_words, times: costs.buffer_word_aj)
    total = sum.thousandths
    time = Energy.time(of: ledger, costs, randomUnits: randomUnits)
  }

  private static func time(
    of ledger: baynn_cim_ledger_t, _ costs: baynn_cim_costs_t, randomUnits: UInt32
  ) -> UInt64 {
    // However many converters there are, each mac uses them at least once.
    let conversions = max(ledger.macs, groups(ledger.conversions, of: costs.converters))
    let verifies = groups(ledger.cell_verifies, of: costs.converters)
    let draws = groups(ledger.random_bits, of: randomUnits)
    var sum = WideSum()
    _ = sum.add(ledger.macs, times: costs.mac_ps)
    _ = sum.add(conversions, times: costs.conversion_ps)
    _ = sum.add(verifies, times: costs.conversion_ps)
    _ = sum.add(draws, times: costs.random_bit_ps)
    _ = sum.add(ledger.row_writes, times: costs.row_write_ps)
    return sum.thousandths
  }

  /// The quotient, rounded up.
  private static func groups(_ count: UInt64, of size: UInt32) -> UInt64 {
    let quotient = count / size.wide
    // Not rounded up if the quotient is 2^64 - 1: the divisor is 1 then.
    return count == quotient &* size.wide ? quotient : quotient &+ 1
  }
}
