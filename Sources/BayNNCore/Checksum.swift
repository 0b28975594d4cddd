// SPDX-License-Identifier: Apache-2.0

/// CRC-32 (ISO-HDLC, as in zlib): reflected polynomial 0xEDB88320.
package enum Checksum {
  /// Remainders of the 16 nibbles: 64 bytes of table, two look-ups a byte.
  private static let nibbles: InlineArray<16, UInt32> = [
    0x0000_0000, 0x1DB7_1064, 0x3B6E_20C8, 0x26D9_30AC,
    0x76DC_4190, 0x6B6B_51F4, 0x4DB2_6158, 0x5005_713C,
    0xEDB8_8320, 0xF00F_9344, 0xD6D6_A3E8, 0xCB61_B38C,
    0x9B64_C2B0, 0x86D3_D2D4, 0xA00A_E278, 0xBDBD_F21C,
  ]

  /// Continues the checksum `crc` (0 to start) over `bytes` bytes.
  @inline(never)
  package static func crc32(
    _ crc: UInt32, _ data: UnsafeRawPointer, bytes: Int
  ) -> UInt32 {
    var rest = ~crc
    var i = 0
    while i < bytes {
      rest ^= UInt32(data.load(fromByteOffset: i, as: UInt8.self))
      rest = (rest >> 4) ^ nibbles[unchecked: (rest & 15).int]
      rest = (rest >> 4) ^ nibbles[unchecked: (rest & 15).int]
      i &+= 1
    }
    return ~rest
  }

  /// Continues the checksum over the four little-endian bytes of a word.
  package static func crc32(_ crc: UInt32, word: UInt32) -> UInt32 {
    withUnsafeBytes(of: word) { crc32(crc, $0.baseAddress!, bytes: 4) }
  }
}
