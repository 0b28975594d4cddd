// SPDX-License-Identifier: Apache-2.0
#if BAYNN_SMALL && !(arch(x86_64) || arch(arm64))
  extension Checksum {
    /// Two look-ups a byte, in a table of 64 bytes.
    @inline(__always)
    static func crc32BySmallTable(_ crc: UInt32, _ data: UnsafeRawPointer, bytes: Int) -> UInt32 {
      var rest = ~crc
      var next = data
      let end = data + bytes
      while next < end {
        rest ^= UInt32(next.load(as: UInt8.self))
        rest = (rest >> 4) ^ nibbles[unchecked: (rest & 15).int]
        rest = (rest >> 4) ^ nibbles[unchecked: (rest & 15).int]
        next += 1
      }
      return ~rest
    }

    /// Remainders of the 16 nibbles.
    private static let nibbles: InlineArray<16, UInt32> = [
      0x0000_0000, 0x1DB7_1064, 0x3B6E_20C8, 0x26D9_30AC,
      0x76DC_4190, 0x6B6B_51F4, 0x4DB2_6158, 0x5005_713C,
      0xEDB8_8320, 0xF00F_9344, 0xD6D6_A3E8, 0xCB61_B38C,
      0x9B64_C2B0, 0x86D3_D2D4, 0xA00A_E278, 0xBDBD_F21C,
    ]
  }
#endif
