// SPDX-License-Identifier: Apache-2.0
#if arch(x86_64) || arch(arm64)
  extension Checksum {
    /// Eight look-ups a word.
    @inline(__always)
    static func crc32ByNibbles(_ crc: UInt32, _ data: UnsafeRawPointer, bytes: Int) -> UInt32 {
      var rest = ~crc
      var i = 0
      while bytes &- i >= 4 {
        rest = afterWord(rest ^ data.loadUnaligned(fromByteOffset: i, as: UInt32.self))
        i &+= 4
      }
      while i < bytes {
        rest ^= UInt32(data.load(fromByteOffset: i, as: UInt8.self))
        // Nibbles with nothing behind them.
        rest = (rest >> 4) ^ shiftedNibbles[unchecked: (rest & 15).int]
        rest = (rest >> 4) ^ shiftedNibbles[unchecked: (rest & 15).int]
        i &+= 1
      }
      return ~rest
    }

    /// Remainders of the 16 nibbles with 0 to 7 zero nibbles behind them. Why only here: the
    /// look-ups of a word do not wait for each other, which small machines gain little by.
    private static let shiftedNibbles: InlineArray<128, UInt32> = [
      0x0000_0000, 0x1DB7_1064, 0x3B6E_20C8, 0x26D9_30AC, 0x76DC_4190, 0x6B6B_51F4,
      0x4DB2_6158, 0x5005_713C, 0xEDB8_8320, 0xF00F_9344, 0xD6D6_A3E8, 0xCB61_B38C,
      0x9B64_C2B0, 0x86D3_D2D4, 0xA00A_E278, 0xBDBD_F21C, 0x0000_0000, 0x7707_3096,
      0xEE0E_612C, 0x9909_51BA, 0x076D_C419, 0x706A_F48F, 0xE963_A535, 0x9E64_95A3,
      0x0EDB_8832, 0x79DC_B8A4, 0xE0D5_E91E, 0x97D2_D988, 0x09B6_4C2B, 0x7EB1_7CBD,
      0xE7B8_2D07, 0x90BF_1D91, 0x0000_0000, 0x4AC2_1251, 0x9584_24A2, 0xDF46_36F3,
      0xF079_4F05, 0xBABB_5D54, 0x65FD_6BA7, 0x2F3F_79F6, 0x3B83_984B, 0x7141_8A1A,
      0xAE07_BCE9, 0xE4C5_AEB8, 0xCBFA_D74E, 0x8138_C51F, 0x5E7E_F3EC, 0x14BC_E1BD,
      0x0000_0000, 0x191B_3141, 0x3236_6282, 0x2B2D_53C3, 0x646C_C504, 0x7D77_F445,
      0x565A_A786, 0x4F41_96C7, 0xC8D9_8A08, 0xD1C2_BB49, 0xFAEF_E88A, 0xE3F4_D9CB,
      0xACB5_4F0C, 0xB5AE_7E4D, 0x9E83_2D8E, 0x8798_1CCF, 0x0000_0000, 0x1C26_A370,
      0x384D_46E0, 0x246B_E590, 0x709A_8DC0, 0x6CBC_2EB0, 0x48D7_CB20, 0x54F1_6850,
      0xE135_1B80, 0xFD13_B8F0, 0xD978_5D60, 0xC55E_FE10, 0x91AF_9640, 0x8D89_3530,
      0xA9E2_D0A0, 0xB5C4_73D0, 0x0000_0000, 0x01C2_6A37, 0x0384_D46E, 0x0246_BE59,
      0x0709_A8DC, 0x06CB_C2EB, 0x048D_7CB2, 0x054F_1685, 0x0E13_51B8, 0x0FD1_3B8F,
      0x0D97_85D6, 0x0C55_EFE1, 0x091A_F964, 0x08D8_9353, 0x0A9E_2D0A, 0x0B5C_473D,
      0x0000_0000, 0x5019_579F, 0xA032_AF3E, 0xF02B_F8A1, 0x9B14_583D, 0xCB0D_0FA2,
      0x3B26_F703, 0x6B3F_A09C, 0xED59_B63B, 0xBD40_E1A4, 0x4D6B_1905, 0x1D72_4E9A,
      0x764D_EE06, 0x2654_B999, 0xD67F_4138, 0x8666_16A7, 0x0000_0000, 0xB8BC_6765,
      0xAA09_C88B, 0x12B5_AFEE, 0x8F62_9757, 0x37DE_F032, 0x256B_5FDC, 0x9DD7_38B9,
      0xC5B4_28EF, 0x7D08_4F8A, 0x6FBD_E064, 0xD701_8701, 0x4AD6_BFB8, 0xF26A_D8DD,
      0xE0DF_7733, 0x5863_1056,
    ]

    /// The remainder of a word.
    @inline(__always)
    private static func afterWord(_ word: UInt32) -> UInt32 {
      var rest: UInt32 = 0
      for i in indices(8) {
        let nibble = (word &>> UInt32(truncatingIfNeeded: 4 &* i)) & 15
        rest ^= shiftedNibbles[unchecked: 16 &* (7 &- i) &+ nibble.int]
      }
      return rest
    }
  }
#endif
