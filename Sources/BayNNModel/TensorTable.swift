// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The shapes of the tensors that layers still to be read may take: the last one, and those that
/// wait for a later layer. Whatever else there was is forgotten, so that the table is small
/// enough for the stack.
package struct TensorTable {
  /// Tensors so far, numbered from 0, the input.
  package fileprivate(set) var count = 1
  /// Places in use, and that of the last tensor.
  fileprivate var used = 1
  fileprivate var lastPlace = 0
  fileprivate var memory: InlineArray<9, RememberedTensor>

  /// A table that holds the input: places that are not in use hold anything.
  init(input: TensorShape) {
    memory = InlineArray(repeating: RememberedTensor(shape: input, number: 0))
  }

  /// Places: for the last tensor, and for those that wait.
  fileprivate static var places: Int { Limits.waitingMax + 1 }
}

/// A place of the table.
private struct RememberedTensor {
  let shape: TensorShape
  let number: UInt8
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
    for place in indices(pointee.used) where number == UInt32(remembered[place].number) {
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
    while place < pointee.used, ahead.takes(UInt32(remembered[place].number)) { place &+= 1 }
    guard place < TensorTable.places else { throw .imageShape }
    remembered[place] = RememberedTensor(
      shape: shape, number: UInt8(truncatingIfNeeded: pointee.count))
    pointee.count &+= 1
    pointee.used = max(pointee.used, place &+ 1)
    pointee.lastPlace = place
  }
}

extension SectionReader {
  /// True if a layer from here on takes a tensor by its number.
  @inline(never)
  fileprivate func takes(_ tensor: UInt32) -> Bool {
    var ahead = self
    while let kind = ahead.nextKind, SectionKind.isLayer(kind) {
      guard let section = try? ahead.next() else { return false }
      let sources = SectionKind.sources(kind)
      for source in indices(section.bytes >= 8 ? sources : 0)
      where section.word(4 &* source) == tensor {
        return true
      }
    }
    return false
  }
}
