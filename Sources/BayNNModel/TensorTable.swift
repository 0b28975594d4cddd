// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The shapes of the tensors that layers still to be read may take: the last one, and those that
/// wait for a later layer. Whatever else there was is forgotten, so that the table is small
/// enough for the stack.
package struct TensorTable {
  /// Tensors so far, numbered from 0, the input.
  package fileprivate(set) var count = 1
  /// The tensor of the layer before, or the input.
  package fileprivate(set) var last: TensorShape
  /// Those that wait: `Limits.waitingMax` places.
  fileprivate var memory = InlineArray<8, WaitingTensor>(repeating: .none)

  /// A table that holds the input.
  init(input: TensorShape) { last = input }
}

/// A place for a tensor that waits for a later layer.
private struct WaitingTensor {
  let shape: TensorShape
  /// `free` if there is none.
  let number: UInt8

  static var free: UInt8 { 255 }
  static var none: WaitingTensor { WaitingTensor(shape: .none, number: free) }
}

// Why functions of a pointer: methods of a structure may copy it.

extension UnsafeMutablePointer<TensorTable> {
  private var waiting: UnsafeMutablePointer<WaitingTensor> {
    withUnsafeMutablePointer(to: &pointee.memory) {
      UnsafeMutableRawPointer($0).assumingMemoryBound(to: WaitingTensor.self)
    }
  }

  /// The shape of a tensor that a layer takes; numbers from `count` on are refused.
  @inline(never)
  func shape(_ number: UInt32) throws(Fault) -> TensorShape {
    if number.int == pointee.count &- 1 { return pointee.last }
    for place in indices(number < WaitingTensor.free ? Limits.waitingMax : 0)
    where number == UInt32(waiting[place].number) {
      return waiting[place].shape
    }
    throw .imageShape
  }

  /// Adds the tensor of a layer.
  ///
  /// - Parameter ahead: the layers after that one.
  /// - Throws: `imageShape` if more tensors wait for a later layer than the table holds.
  @inline(never)
  func append(_ shape: TensorShape, ahead: SectionReader) throws(Fault) {
    let number = UInt8(truncatingIfNeeded: pointee.count &- 1)
    if ahead.takes(number) {
      var place = 0
      while ahead.takes(waiting[place].number) {
        place &+= 1
        guard place < Limits.waitingMax else { throw .imageShape }
      }
      waiting[place] = WaitingTensor(shape: pointee.last, number: number)
    }
    pointee.last = shape
    pointee.count &+= 1
  }
}

extension SectionReader {
  /// True if a layer from here on takes a tensor by its number.
  @inline(never)
  fileprivate func takes(_ tensor: UInt8) -> Bool {
    guard tensor != WaitingTensor.free else { return false }
    var ahead = self
    while let kind = ahead.nextKind, SectionKind.isLayer(kind) {
      guard let section = try? ahead.next() else { return false }
      let sources = SectionKind.sources(kind)
      for source in indices(section.bytes >= 8 ? sources : 0)
      where section.word(4 &* source) == UInt32(tensor) {
        return true
      }
    }
    return false
  }
}
