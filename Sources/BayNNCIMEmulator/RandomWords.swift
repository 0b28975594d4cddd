// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// What random words are for: each purpose has a stream of its own.
package enum Purpose: UInt32 {
  case parallelConductance = 1
  case antiparallelConductance = 2
  case writeDeviation = 3
  case columnGain = 4
  case columnOffset = 5
  case readScale = 6
  case readNoise = 7
  case stuck = 8
  case silentWrite = 9
  case noticedWrite = 10
  case readDisturb = 11
  case retention = 12
  case unit = 13
  case switching = 14
  case resetFailure = 15
  case calibration = 16
}

/// Random words of an emulated device: a pure function of its seed, a purpose, and the three
/// numbers that say which cell, read or draw they are for.
package struct RandomWords {
  package typealias Four = InlineArray<4, UInt32>

  private let key: (UInt32, UInt32)

  package init(seed: UInt64) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(upperHalf: seed))
  }

  package func four(_ purpose: Purpose, _ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0) -> Four {
    let block = Philox.block(key: key, counter: (a, b, c, purpose.rawValue))
    return [block.0, block.1, block.2, block.3]
  }

  /// Word `number` of the sequence of a purpose.
  package func word(_ purpose: Purpose, number: UInt64) -> UInt32 {
    let quarter = number &>> 2
    let words = four(purpose, UInt32(truncatingIfNeeded: quarter), UInt32(upperHalf: quarter))
    return words[unchecked: UInt32(truncatingIfNeeded: number & 3).int]
  }

  /// Four standard normal deviates, in Q24.
  package func deviates(
    _ purpose: Purpose, _ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0
  ) -> InlineArray<4, Int32> {
    let words = four(purpose, a, b, c)
    return [
      NormalDistribution.deviate(words[unchecked: 0]),
      NormalDistribution.deviate(words[unchecked: 1]),
      NormalDistribution.deviate(words[unchecked: 2]),
      NormalDistribution.deviate(words[unchecked: 3]),
    ]
  }
}

/// a * b / 2^24, rounded down: a value times a relative deviation in Q24.
@inline(__always)
package func scaled(_ a: Int64, byQ24 b: Int32) -> Int64 { (a &* b.wide) &>> 24 }
