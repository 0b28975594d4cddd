// SPDX-License-Identifier: Apache-2.0
#if arch(arm)
  import _BayNNShims
#endif

/// The thresholds of one state of a layer, bit-sliced like the counters they meet.
package struct Thresholds {
  /// Planes of A_j, plane 0 first; one bit row each.
  package let planes: UnsafePointer<UInt32>
  package let planeCount: Int
  /// Lane j inverts output j.
  package let inversions: UnsafePointer<UInt32>

  package init(
    planes: UnsafePointer<UInt32>, planeCount: Int, inversions: UnsafePointer<UInt32>
  ) {
    self.planes = planes
    self.planeCount = planeCount
    self.inversions = inversions
  }

  /// output_j = (2 count_j + parity >= A_j) XOR inversion_j, for all lanes.
  ///
  /// Compares bit-sliced, 32 outputs at once: the borrow of S - A, from the lowest plane
  /// up, is the majority of (~S, A, borrow); S >= A iff none is left at the top.
  @inline(never)
  package func fire(
    counters: BitMatrix, parity: UInt32, outputs: Int, into bits: UnsafeMutablePointer<UInt32>
  ) {
    #if arch(arm)
      if Thresholds.hasAssembly {
        fireInAssembly(counters, parity, bits)
      } else {
        define(counters, parity, bits)
      }
    #else
      define(counters, parity, bits)
    #endif
    bits[counters.words &- 1] &= tailMask(lanes: outputs)
  }

  #if arch(arm)
    @inline(__always) private static var hasAssembly: Bool {
      BAYNN_HAS_FIRE != 0 && !Footprint.isSmall
    }

    @inline(__always)
    private func fireInAssembly(
      _ counters: BitMatrix, _ parity: UInt32, _ bits: UnsafeMutablePointer<UInt32>
    ) {
      let words = counters.words
      var firing = baynn_firing_t(
        sums: counters.base, thresholds: planes, bits: bits, inversions: inversions,
        row_bytes: UInt32(truncatingIfNeeded: words &* 4),
        last: planes + (planeCount &- 1) &* words,
        low: ~UInt32(broadcasting: parity), words: UInt32(truncatingIfNeeded: words))
      baynn_fire(&firing)
    }
  #endif

  /// What `fire` does, but for the padding lanes.
  @inline(__always)
  private func define(
    _ counters: BitMatrix, _ parity: UInt32, _ bits: UnsafeMutablePointer<UInt32>
  ) {
    let words = counters.words
    let low = ~UInt32(broadcasting: parity)
    let last = planes + (planeCount &- 1) &* words
    var word = 0
    // Four words and then one: several share the steps of the pointers.
    while !Footprint.isSmall && word &+ 4 <= words {
      var a = planes + word
      var sum = UnsafePointer(counters.base + word)
      var borrow = (low & a[0], low & a[1], low & a[2], low & a[3])
      while a < last {
        a += words
        Thresholds.subtract(sum[0], a[0], &borrow.0)
        Thresholds.subtract(sum[1], a[1], &borrow.1)
        Thresholds.subtract(sum[2], a[2], &borrow.2)
        Thresholds.subtract(sum[3], a[3], &borrow.3)
        sum += words
      }
      bits[word] = ~borrow.0 ^ inversions[word]
      bits[word &+ 1] = ~borrow.1 ^ inversions[word &+ 1]
      bits[word &+ 2] = ~borrow.2 ^ inversions[word &+ 2]
      bits[word &+ 3] = ~borrow.3 ^ inversions[word &+ 3]
      word &+= 4
    }
    while word < words {
      var a = planes + word
      var sum = UnsafePointer(counters.base + word)
      var borrow = low & a.pointee
      while a < last {
        a += words
        Thresholds.subtract(sum.pointee, a.pointee, &borrow)
        sum += words
      }
      bits[word] = ~borrow ^ inversions[word]
      word &+= 1
    }
  }

  /// The borrow of one plane of S - A: the majority of (~S, A, borrow).
  @inline(__always)
  private static func subtract(_ sum: UInt32, _ a: UInt32, _ borrow: inout UInt32) {
    borrow ^= (borrow ^ a) & ~(borrow ^ sum)
  }
}
