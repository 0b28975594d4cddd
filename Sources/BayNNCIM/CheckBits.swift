// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Check bits that correct one wrong bit of a word of 32 and find two: an extended Hamming
/// code of 39 bits (Hamming, "Error detecting and error correcting codes", 1950).
///
/// Check bit i < 6 is the parity of the data bits whose position has bit i set, positions being
/// the numbers from 3 on that are no powers of two; bit 6 makes the parity of all 39 even.
package enum CheckBits {
  package static let count = 7

  /// What a word and its check bits say.
  package enum Finding: Equatable {
    case sound
    /// One bit was wrong; here are the right ones.
    case corrected(word: UInt32, check: UInt32)
    case uncorrectable
  }

  /// Data bits of each parity.
  private static let masks: InlineArray<6, UInt32> = [
    0x56AA_AD5B, 0x9B33_366D, 0xE3C3_C78E, 0x03FC_07F0, 0x03FF_F800, 0xFC00_0000,
  ]

  private static func parity(_ word: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: word.nonzeroBitCount) & 1
  }

  package static func of(_ word: UInt32) -> UInt32 {
    var check: UInt32 = 0
    for i in indices(6) {
      check |= parity(word & masks[unchecked: i]) &<< UInt32(truncatingIfNeeded: i)
    }
    return check | (parity(word) ^ parity(check)) << 6
  }

  package static func inspect(_ word: UInt32, check: UInt32) -> Finding {
    let expected = of(word)
    let difference = (expected ^ check) & 0x7F
    if difference == 0 { return .sound }
    // One wrong bit makes the parity of all odd, two leave it even.
    guard (parity(word) ^ parity(check & 0x7F)) == 1 else { return .uncorrectable }
    let syndrome = difference & 0x3F
    if syndrome & (syndrome &- 1) == 0 { return .corrected(word: word, check: expected) }
    for bit in indices(32) where position(of: bit) == syndrome {
      let right = word ^ 1 &<< UInt32(truncatingIfNeeded: bit)
      return .corrected(word: right, check: of(right))
    }
    return .uncorrectable
  }

  /// The parities that data bit `bit` takes part in.
  private static func position(of bit: Int) -> UInt32 {
    var position: UInt32 = 0
    for i in indices(6) {
      let shift = UInt32(truncatingIfNeeded: i)
      position |= (masks[unchecked: i] &>> UInt32(truncatingIfNeeded: bit) & 1) &<< shift
    }
    return position
  }
}
