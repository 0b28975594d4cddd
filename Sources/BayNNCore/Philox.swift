// SPDX-License-Identifier: Apache-2.0

/// Philox4x32-10, a counter-based random generator: four words are a pure function of
/// key and counter, so that any draw can be made again without the ones before.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011; vectors from the authors' Random123 distribution.
package enum Philox {
  package typealias Block = (UInt32, UInt32, UInt32, UInt32)

  /// The block of random words at `counter` in the stream of `key`.
  package static func block(key: (UInt32, UInt32), counter: Block) -> Block {
    var (k0, k1) = key
    var (c0, c1, c2, c3) = counter
    for _ in 0..<10 {
      let a = (0xD251_1F53 as UInt32).wide &* c0.wide
      let b = (0xCD9E_8D57 as UInt32).wide &* c2.wide
      c0 = UInt32(upperHalf: b) ^ c1 ^ k0
      c1 = UInt32(truncatingIfNeeded: b)
      c2 = UInt32(upperHalf: a) ^ c3 ^ k1
      c3 = UInt32(truncatingIfNeeded: a)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (c0, c1, c2, c3)
  }
  /// Writes words of the stream of a key, four from each block.
  @inline(never)
  package static func fill(
    _ words: UnsafeMutablePointer<UInt32>, count: Int, stream: UInt32
  ) {
    var rest: Block = (0, 0, 0, 0)
    for i in indices(count) {
      if i & 3 == 0 {
        rest = block(key: (stream, 0), counter: (UInt32(truncatingIfNeeded: i >> 2), 0, 0, 0))
      }
      words[i] = rest.0
      rest = (rest.1, rest.2, rest.3, 0)
    }
  }
}
