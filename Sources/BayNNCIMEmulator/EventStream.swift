// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Draws that place rare events: for each how far it is from the one before, and a word that
/// decides what it is.
///
/// Events come in eights, which take three Philox blocks: eight words that place them, and the
/// halves of four that decide, the lower half first. Blocks have the seed as their key and the
/// counter (number of the block, stream, low and high word of offset).
package struct EventStream {
  private let key: (UInt32, UInt32)
  private var counter: Philox.Block

  /// Events are drawn ahead: blocks that do not wait for each other take half of the time.
  private var drawn = InlineArray<12, UInt32>(repeating: 0)
  private var position = 0

  /// What is left of the way to the next event, Q40: exponential, of mean 1, below 22.
  private var distance: UInt64 = 0

  package init(seed: UInt64, stream: UInt32, offset: UInt64 = 0) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(upperHalf: seed))
    counter = (0, stream, UInt32(truncatingIfNeeded: offset), UInt32(upperHalf: offset))
    fill()
  }

  /// Looks for the next event among the cells from `first` up to, not including, `end`, at
  /// most 2^16 of them.
  ///
  /// - Returns: its cell, or nil if it lies behind all of them. After an event `draw` is to be
  ///   called, to look on from the cell behind it.
  @inline(__always)
  package mutating func next(_ rate: EventRate, from first: Int, to end: Int) -> Int? {
    // At most 2^16 * 2^45.
    let way = rate.perCell &* (end &- first).wide
    guard distance < way else {
      distance &-= way
      return nil
    }
    // The rate is not 0, or the way would be: said again, so that nothing checks for it.
    return first &+ Int(truncatingIfNeeded: distance / max(1, rate.perCell))
  }

  /// Uniform; belongs to the next event.
  @inline(__always) package var decision: UInt16 {
    let half = UInt32(truncatingIfNeeded: position & 1) &<< 4
    return UInt16(truncatingIfNeeded: drawn[unchecked: 8 &+ position >> 1] &>> half)
  }

  /// Goes on to the event after.
  @inline(__always)
  package mutating func draw() {
    position &+= 1
    if position == 8 { fill() }
    distance = drawn[unchecked: position].wide &<< 13
  }

  @inline(never)
  private mutating func fill() {
    for index in indices(3) {
      let block = Philox.block(key: key, counter: counter)
      counter.0 &+= 1
      let isWay = index < 2
      drawn[unchecked: 4 &* index] = isWay ? ExponentialDraw.distance(block.0) : block.0
      drawn[unchecked: 4 &* index &+ 1] = isWay ? ExponentialDraw.distance(block.1) : block.1
      drawn[unchecked: 4 &* index &+ 2] = isWay ? ExponentialDraw.distance(block.2) : block.2
      drawn[unchecked: 4 &* index &+ 3] = isWay ? ExponentialDraw.distance(block.3) : block.3
    }
    position = 0
    distance = drawn[unchecked: 0].wide &<< 13
  }
}
