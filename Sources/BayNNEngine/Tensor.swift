// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A tensor in the session's memory.
///
/// Codes lie in planes: plane p, then position, then the words of a bit row of channels. So
/// does the input, but for its elements, which are lanes of one bit row. Integers lie position
/// by position, channels innermost.
package struct Tensor {
  package let shape: TensorShape
  let memory: UnsafeMutablePointer<UInt32>

  init(_ shape: TensorShape, memory: UnsafeMutablePointer<UInt32>) {
    self.shape = shape
    self.memory = memory
  }

  var integers: UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(memory).assumingMemoryBound(to: Int32.self)
  }

  /// All planes, of which each is one bit row if the tensor is contiguous.
  var planes: BitMatrix {
    BitMatrix(base: memory, rows: shape.bits, words: shape.planeWords)
  }

  /// The bit row of a position of codes in a plane.
  @inline(__always)
  func row(plane: Int, _ position: Int) -> UnsafeMutablePointer<UInt32> {
    memory + (plane &* shape.planeWords &+ position &* shape.words)
  }

  /// The code of an element, or the element of an input.
  package func code(_ position: Int, _ channel: Int) -> UInt32 {
    if shape.kind == .input {
      return planes.integer(lane: position &* shape.channels &+ channel)
    }
    return planes(position).integer(lane: channel)
  }

  /// The codes of a position, a lane for each channel.
  @inline(__always)
  private func planes(_ position: Int) -> BitMatrix {
    BitMatrix(base: row(plane: 0, position), rows: shape.bits, words: shape.planeWords)
  }

  /// What an element stands for (SPEC section 1).
  package func value(_ position: Int, _ channel: Int) -> Int32 {
    switch shape.kind {
    case .input: Int32(bitPattern: code(position, channel))
    case .codes:
      2 &* Int32(bitPattern: code(position, channel)) &- Int32(bitPattern: shape.bound)
    case .integers: integers[position &* shape.channels &+ channel]
    }
  }

  /// Writes a code to an element whose bits are all 0.
  @inline(__always)
  func setCode(_ position: Int, _ channel: Int, _ code: UInt32) {
    planes(position).setInteger(lane: channel, code)
  }

  /// Makes all bits of codes 0.
  func clear() { clear(from: 0, to: shape.positions) }

  /// Makes all bits of the codes of positions `first` ..< `end` 0; integers stay.
  func clear(from first: Int, to end: Int) {
    for plane in indices(shape.bits) {
      row(plane: plane, first).fill(0, count: (end &- first) &* shape.words)
    }
  }

  /// Copies `count` lanes from channel 0 of a position on behind the first `offset` lanes of
  /// rows of planes, whose lanes from there on are 0.
  @inline(__always)
  func copyLanes(from position: Int, count: Int, to target: BitMatrix, at offset: Int) {
    for plane in indices(shape.bits) {
      if shape.kind == .input {
        copyBits(
          planes.row(plane), from: position &* shape.channels, count: count,
          to: target.row(plane), at: offset)
      } else {
        appendBits(row(plane: plane, position), count: count, to: target.row(plane), at: offset)
      }
    }
  }

  /// The code of `value` on a scale on which 2^shift is the distance of two codes: a sign
  /// for one bit (SPEC 3.10).
  @inline(__always)
  static func quantize(_ value: Int32, shift: UInt32, bits: Int) -> UInt32 {
    let half: Int32 = 1 &<< Int32(truncatingIfNeeded: bits &- 1)
    let level = value &>> Int32(bitPattern: shift) &+ half
    return UInt32(bitPattern: max(0, min(level, 2 &* half &- 1)))
  }
}
