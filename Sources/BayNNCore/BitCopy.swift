// SPDX-License-Identifier: Apache-2.0

/// Copies `count` lanes of a bit row behind the first `offset` lanes of another, whose lanes
/// from there on are all 0. Padding lanes of the source are 0.
package func appendBits(
  _ source: UnsafePointer<UInt32>, count: Int, to target: UnsafeMutablePointer<UInt32>,
  at offset: Int
) {
  let shift = UInt32(truncatingIfNeeded: offset & 31)
  var word = target + offset >> 5
  let words = wordCount(lanes: count)
  if shift == 0 {
    for i in indices(words) { word[i] |= source[i] }
    return
  }
  // Bits that a source word pushes beyond its own target word.
  let last = target + (offset &+ count &- 1) >> 5
  for i in indices(words) {
    word.pointee |= source[i] &<< shift
    word += 1
    if word <= last { word.pointee |= source[i] &>> (32 &- shift) }
  }
}

/// Sets `count` lanes of a bit row from lane `offset` on.
package func setBits(_ target: UnsafeMutablePointer<UInt32>, from offset: Int, count: Int) {
  var lane = offset
  let end = offset &+ count
  while lane < end {
    let first = UInt32(truncatingIfNeeded: lane & 31)
    let lanes = min(32 &- (lane & 31), end &- lane)
    target[lane >> 5] |= tailMask(lanes: lanes) &<< first
    lane &+= lanes
  }
}

/// Copies lanes `first` ..< `first` + `count` of a bit row to another from lane `offset` on;
/// its lanes there are all 0.
package func copyBits(
  _ source: UnsafePointer<UInt32>, from first: Int, count: Int,
  to target: UnsafeMutablePointer<UInt32>, at offset: Int
) {
  var done = 0
  while done < count {
    let from = first &+ done
    let to = offset &+ done
    // As many as there are left in either word.
    let lanes = min(min(32 &- (from & 31), 32 &- (to & 31)), count &- done)
    let bits =
      source[from >> 5] &>> UInt32(truncatingIfNeeded: from & 31) & tailMask(lanes: lanes)
    target[to >> 5] |= bits &<< UInt32(truncatingIfNeeded: to & 31)
    done &+= lanes
  }
}
