// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore

@Suite struct ChecksumTests {
  /// The check value of the CRC catalogue, CRC-32/ISO-HDLC.
  @Test func publishedCheckValue() {
    let text = Array("123456789".utf8)
    #expect(text.withUnsafeBytes { Checksum.crc32(0, $0.baseAddress!, bytes: 9) } == 0xCBF4_3926)
  }

  @Test func everyCutGivesTheSame() {
    let bytes = (0..<64).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
    bytes.withUnsafeBytes { data in
      let whole = Checksum.crc32(0, data.baseAddress!, bytes: 64)
      for cut in 0...64 {
        let first = Checksum.crc32(0, data.baseAddress!, bytes: cut)
        #expect(Checksum.crc32(first, data.baseAddress! + cut, bytes: 64 - cut) == whole)
      }
    }
  }

  /// The definition: one bit at a time.
  @Test func equalsTheDefinition() {
    for byte in UInt8.min...UInt8.max {
      var rest = ~UInt32(0) ^ UInt32(byte)
      for _ in 0..<8 { rest = rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
      #expect(withUnsafeBytes(of: byte) { Checksum.crc32(0, $0.baseAddress!, bytes: 1) } == ~rest)
    }
  }

  /// Every alignment and length, of both ways to look remainders up.
  @Test func anyAlignmentAndLength() {
    var random = SeededGenerator(seed: 2)
    let bytes = (0..<48).map { _ in UInt8.random(in: 0...255, using: &random) }
    bytes.withUnsafeBytes { data in
      for first in 0..<8 {
        for count in 0...(48 - first) {
          let expected = defined(bytes[first..<(first + count)])
          let start = data.baseAddress! + first
          #expect(Checksum.crc32(0, start, bytes: count) == expected)
          #expect(Checksum.crc32ByBytes(0, start, bytes: count) == expected)
          let half = Checksum.crc32ByBytes(0, start, bytes: count / 2)
          let rest = count - count / 2
          #expect(Checksum.crc32ByBytes(half, start + count / 2, bytes: rest) == expected)
        }
      }
    }
  }

  /// Every remainder of the table.
  @Test func tableEqualsTheDefinition() {
    for byte in UInt8.min...UInt8.max {
      let crc = withUnsafeBytes(of: byte) { Checksum.crc32ByBytes(0, $0.baseAddress!, bytes: 1) }
      #expect(crc == defined([byte]))
    }
  }

  private func defined(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var rest = ~UInt32(0)
    for byte in bytes {
      rest ^= UInt32(byte)
      for _ in 0..<8 { rest = rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
    }
    return ~rest
  }
}
