// SPDX-License-Identifier: Apache-2.0
import CBayNN

/// Operations of a ledger with their energy and time.
struct Operations: Codable, Equatable, Sendable {
  var macs = 0.0
  var cellReads = 0.0
  var conversions = 0.0
  var accumulations = 0.0
  var randomBits = 0.0
  var cellWrites = 0.0
  var rowWrites = 0.0
  var cellVerifies = 0.0
  var bufferWords = 0.0
  /// In picojoules: the whole, and by kind of operation.
  var energyPicojoules = 0.0
  var cellReadPicojoules = 0.0
  var conversionPicojoules = 0.0
  var accumulationPicojoules = 0.0
  var randomBitPicojoules = 0.0
  var cellWritePicojoules = 0.0
  var cellVerifyPicojoules = 0.0
  var bufferPicojoules = 0.0
  /// In microseconds, one operation after the other.
  var timeMicroseconds = 0.0

  init() {}

  /// - Parameter divisor: inputs that the operations are shared out to.
  init(
    _ ledger: baynn_cim_ledger_t, _ costs: OperationCosts, randomUnits: Int, per divisor: Int = 1
  ) throws {
    let energy = try costs.energy(ledger, randomUnits: randomUnits)
    let share = { (count: UInt64) in Double(count) / Double(max(divisor, 1)) }
    macs = share(ledger.macs)
    cellReads = share(ledger.cell_reads)
    conversions = share(ledger.conversions)
    accumulations = share(ledger.accumulations)
    randomBits = share(ledger.random_bits)
    cellWrites = share(ledger.cell_writes)
    rowWrites = share(ledger.row_writes)
    cellVerifies = share(ledger.cell_verifies)
    bufferWords = share(ledger.buffer_words)
    energyPicojoules = share(energy.total_fj) / 1000
    cellReadPicojoules = share(energy.cell_read_fj) / 1000
    conversionPicojoules = share(energy.conversion_fj) / 1000
    accumulationPicojoules = share(energy.accumulation_fj) / 1000
    randomBitPicojoules = share(energy.random_bit_fj) / 1000
    cellWritePicojoules = share(energy.cell_write_fj) / 1000
    cellVerifyPicojoules = share(energy.cell_verify_fj) / 1000
    bufferPicojoules = share(energy.buffer_fj) / 1000
    timeMicroseconds = share(energy.time_ns) / 1000
  }

  var energyText: String { readable(picojoules: energyPicojoules) }
  var timeText: String { readable(microseconds: timeMicroseconds) }
}

extension baynn_cim_ledger_t {
  /// Adds the operations of another ledger.
  mutating func add(_ other: baynn_cim_ledger_t) {
    macs += other.macs
    cell_reads += other.cell_reads
    conversions += other.conversions
    accumulations += other.accumulations
    random_bits += other.random_bits
    cell_writes += other.cell_writes
    row_writes += other.row_writes
    cell_verifies += other.cell_verifies
    buffer_words += other.buffer_words
  }
}

/// "0.81 pJ", "12.3 nJ", "1.40 uJ".
func readable(picojoules: Double) -> String {
  readable(picojoules, ["pJ", "nJ", "uJ", "mJ"])
}

/// "12.3 us", "1.40 ms".
func readable(microseconds: Double) -> String {
  readable(microseconds * 1000, ["ns", "us", "ms", "s"])
}

/// Three digits, in the largest unit that leaves at least 1; each is 1000 of the one before.
private func readable(_ value: Double, _ units: [String]) -> String {
  var (value, place) = (value, 0)
  while value >= 999.5, place < units.count - 1 {
    value /= 1000
    place += 1
  }
  return number(value, digits: value >= 100 ? 0 : value >= 10 ? 1 : 2) + " " + units[place]
}
