// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN
import Testing

@testable import BayNN

/// A structure that has grown since it was published: by `added`.
private struct Grown: Structure {
  static var publishedBytes: Int { 8 }
  var struct_bytes: UInt32 = 0
  var first: UInt32 = 0
  var added: UInt64 = 0
}

/// Memory of a caller: struct_bytes, then bytes that say where they are.
private func withCaller<Result>(
  bytes: UInt32, _ body: (UnsafeMutablePointer<Grown>) throws -> Result
) rethrows -> Result {
  var memory = [UInt64](repeating: 0, count: 8)
  return try memory.withUnsafeMutableBytes { raw in
    for i in 0..<raw.count { raw[i] = UInt8(i) }
    raw.storeBytes(of: bytes, as: UInt32.self)
    return try body(raw.baseAddress!.assumingMemoryBound(to: Grown.self))
  }
}

/// What the bytes from `offset` to `end` of such memory are as a number, little-endian.
private func number(from offset: Int, to end: Int) -> UInt64 {
  (offset..<end).reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

@Suite struct StructuresTests {
  @Test func publishedSizesAreThoseOfTheHeader() {
    func check<T: Structure>(_ type: T.Type) {
      #expect(T.publishedBytes <= MemoryLayout<T>.size, "\(type)")
      #expect(T.publishedBytes >= 4 && MemoryLayout<T>.size <= Int(BAYNN_STRUCT_BYTES_MAX))
    }
    check(baynn_model_info_t.self)
    check(baynn_session_config_t.self)
    check(baynn_prediction_t.self)
    check(baynn_value_t.self)
    check(baynn_self_test_config_t.self)
    check(baynn_self_test_report_t.self)
    check(baynn_cim_config_t.self)
    check(baynn_cim_info_t.self)
    check(baynn_cim_scrub_report_t.self)
    check(baynn_cim_ledger_t.self)
    check(baynn_cim_costs_t.self)
    check(baynn_cim_energy_t.self)
    check(baynn_cim_driver_t.self)
    check(baynn_cim_geometry_t.self)
    check(baynn_cim_mac_t.self)
    check(baynn_cim_bus_t.self)
    check(baynn_cim_emulator_config_t.self)
  }

  @Test(arguments: UInt32(8)...16) func membersThatAnOlderCallerLacksAreZero(bytes: UInt32) throws {
    try withCaller(bytes: bytes) { caller in
      let ours = try read(UnsafePointer(caller))
      #expect(ours.struct_bytes == bytes)
      #expect(UInt64(ours.first) == number(from: 4, to: 8))
      #expect(ours.added == number(from: 8, to: Int(bytes)))
    }
  }

  @Test(arguments: UInt32(8)...24) func nothingIsWrittenBehindAnyCaller(bytes: UInt32) throws {
    try withCaller(bytes: bytes) { caller in
      try Output(caller).write(Grown(struct_bytes: 0, first: .max, added: .max))
      let raw = UnsafeRawBufferPointer(start: caller, count: 64)
      #expect(caller.pointee.struct_bytes == bytes)
      for i in 4..<64 {
        #expect(raw[i] == (i < min(Int(bytes), 16) ? 255 : UInt8(i)), "byte \(i)")
      }
    }
  }

  @Test func sizesOfNoVersionAreRefused() throws {
    for bytes: UInt32 in [0, 1, 7, BAYNN_STRUCT_BYTES_MAX + 1, 1 << 31, .max] {
      try withCaller(bytes: bytes) { caller throws in
        #expect(throws: Fault.argument) { try read(UnsafePointer(caller)) }
        #expect(throws: Fault.argument) { try Output(caller) }
      }
    }
  }

  @Test func unknownMembersMustBeZero() throws {
    try withCaller(bytes: 24) { caller throws in
      #expect(throws: Fault.argument) { try read(UnsafePointer(caller)) }
      (UnsafeMutableRawPointer(caller) + 16).storeBytes(of: 0, as: UInt64.self)
      #expect(try read(UnsafePointer(caller)).added == number(from: 8, to: 16))
    }
  }
}
