// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN

/// The registers of a device at the other end of a caller's bus. Errors of the bus pass through
/// unchanged.
struct RegisterBus {
  private let table: UnsafePointer<baynn_cim_bus_t>
  private let context: UnsafeMutableRawPointer?

  /// The table stays in place; read32 and write32 are there.
  init(_ table: UnsafePointer<baynn_cim_bus_t>, context: UnsafeMutableRawPointer?) {
    self.table = table
    self.context = context
  }

  func read(_ address: UInt32) throws(Fault) -> UInt32 {
    var value: UInt32 = 0
    try check(table.pointee.read32?(context, address, &value))
    return value
  }

  func write(_ address: UInt32, _ value: UInt32) throws(Fault) {
    try check(table.pointee.write32?(context, address, value))
  }

  /// Reads `count` words at ascending addresses, as a burst if the bus has any.
  func read(
    _ address: UInt32, into words: UnsafeMutablePointer<UInt32>, count: Int
  ) throws(Fault) {
    if let burst = table.pointee.read_words {
      return try check(burst(context, address, words, UInt32(truncatingIfNeeded: count)))
    }
    for i in indices(count) {
      try check(table.pointee.read32?(context, RegisterBus.address(address, word: i), words + i))
    }
  }

  /// Writes `count` words to ascending addresses, as a burst if the bus has any.
  func write(
    _ address: UInt32, from words: UnsafePointer<UInt32>, count: Int
  ) throws(Fault) {
    if let burst = table.pointee.write_words {
      return try check(burst(context, address, words, UInt32(truncatingIfNeeded: count)))
    }
    for i in indices(count) { try write(RegisterBus.address(address, word: i), words[i]) }
  }

  /// Writes registers that follow each other, from a tuple of words.
  func write(
    _ address: UInt32, registers: UnsafeRawPointer, count: Int
  ) throws(Fault) {
    try write(address, from: registers.assumingMemoryBound(to: UInt32.self), count: count)
  }

  /// Of a word in a window: windows end at 0x6000.
  @inline(__always)
  private static func address(_ first: UInt32, word: Int) -> UInt32 {
    first &+ UInt32(truncatingIfNeeded: word) &<< 2
  }

  /// A function that has gone from the table since it was checked is BAYNN_ERROR_ARGUMENT.
  @inline(__always)
  private func check(_ status: baynn_status_t?) throws(Fault) {
    guard let status else { throw .argument }
    guard status == BAYNN_OK else { throw Fault(status: status) }
  }
}
