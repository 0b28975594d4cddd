// SPDX-License-Identifier: Apache-2.0

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
  package func fire(
    counters: BitMatrix, parity: UInt32, outputs: Int, into bits: UnsafeMutablePointer<UInt32>
  ) {
    let low = UInt32(broadcasting: parity)
    var word = 0
    while word < counters.words {
      var borrow = ~low & planes[word]
      var index = word
      for _ in indices(from: 1, planeCount) {
        let sum = ~counters.base[index]
        index &+= counters.words
        let a = planes[index]
        borrow = (sum & a) | ((sum | a) & borrow)
      }
      bits[word] = ~borrow ^ inversions[word]
      word &+= 1
    }
    bits[word &- 1] &= tailMask(lanes: outputs)
  }
}
