// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The shapes of the tensors that layers still to be read may take: the last one, and those that
/// wait for a later layer. Whatever else there was is forgotten, so that the table is small
/// enough for the stack.
package struct TensorTable {
  /// Tensors so far, numbered from 0, the input.
  package fileprivate(set) var count = 1
  /// The place of the last one.
  fileprivate var lastPlace = 0
  fileprivate var memory = InlineArray<9, RememberedTensor>(repeating: .none)

  /// A table that holds the input.
  init(input: TensorShape) {
    memory[unchecked: 0] = RememberedTensor(shape: input, mark: 1)
  }

  /// Places: for the last tensor, and for those that wait.
  fileprivate static var places: Int { Limits.waitingMax + 1 }
}

/// A place of the table.
private struct RememberedTensor {
  let shape: TensorShape
  /// The number of the tensor, plus 1; 0 if there is none.
  let mark: UInt8

  static var none: RememberedTensor { RememberedTensor(shape: .none, mark: 0) }
}

// Why functions of a pointer: methods of a structure may copy it.

extension UnsafeMutablePointer<TensorTable> {
  private var remembered: UnsafeMutablePointer<RememberedTensor> {
    withUnsafeMutablePointer(to: &pointee.memory) {
      UnsafeMutableRawPointer($0).assumingMemoryBound(to: RememberedTensor.self)
    }
  }

  /// The tensor of the layer before, or the input.
  var last: TensorShape { remembered[pointee.lastPlace].shape }

  /// The shape of a tensor that a layer takes; numbers from `count` on are refused.
  @inline(never)
  func shape(_ number: UInt32) throws(Fault) -> TensorShape {
    for place in indices(number < UInt32(truncatingIfNeeded: pointee.count) ? TensorTable.places : 0)
    where number &+ 1 == UInt32(remembered[place].mark) {
      return remembered[place].shape
    }
    throw .imageShape
  }

  /// Adds the tensor of a layer, in the place of one that is not taken any more.
  ///
  /// - Parameter ahead: the layers after that one.
  /// - Throws: `imageShape` if too many tensors wait for a later layer.
  @inline(never)
  func append(_ shape: TensorShape, ahead: SectionReader) throws(Fault) {
    var place = 0
    while ahead.takes(remembered[place].mark) {
      place &+= 1
      guard place < TensorTable.places else { throw .imageShape }
    }
    pointee.count &+= 1
    remembered[place] = RememberedTensor(
      shape: shape, mark: UInt8(truncatingIfNeeded: pointee.count))
    pointee.lastPlace = place
  }
}

extension SectionReader {
  /// True if a layer from here on takes a tensor, given by its number plus 1, or 0 for none.
  @inline(never)
  fileprivate func takes(_ mark: UInt8) -> Bool {
    guard mark > 0 else { return false }
    var ahead = self
    while let kind = ahead.nextKind, SectionKind.isLayer(kind) {
      guard let section = try? ahead.next() else { return false }
      let sources = SectionKind.sources(kind)
      for source in indices(section.bytes >= 8 ? sources : 0)
      where section.word(4 &* source) &+ 1 == UInt32(mark) {
        return true
      }
    }
    return false
  }
}
