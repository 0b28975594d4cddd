// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// What turns the last tensor into a prediction (SPEC 3.3, 3.15, 3.16).
package enum Head {
  /// Binary weights over bits of one position, and a softmax.
  case softmax(SoftmaxHead)
  /// The last tensor holds logits: a softmax at each position.
  case classification(TensorShape)
  /// The last tensor holds values in Q15.16; the deviation of the noise of each, Q16.16.
  case regression(TensorShape, noise: UnsafePointer<UInt32>)

  init(_ section: Section, over last: TensorShape) throws(Fault) {
    switch section.kind {
    case SectionKind.softmax:
      let head = try SoftmaxHead(section, over: last)
      try head.checkRange()
      self = .softmax(head)
    case SectionKind.classification:
      try section.require(bytes: 8)
      guard section.word(4) == 0 else { throw .imageValue }
      guard last.kind == .integers, section.word(0) == UInt32(last.channels),
        last.channels >= 2
      else { throw .imageShape }
      self = .classification(last)
    case SectionKind.regression:
      guard section.bytes >= 8 else { throw .imageSection }
      guard section.word(4) == 0 else { throw .imageValue }
      guard last.kind == .integers, last.elements <= Limits.lanesMax.int,
        section.word(0) == UInt32(truncatingIfNeeded: last.elements)
      else { throw .imageShape }
      // So that the distance of two values fits an Int32.
      guard last.bound < 1 << 30 else { throw .imageValue }
      try section.require(bytes: 8 &+ 4 &* last.elements)
      self = .regression(
        last, noise: (section.payload + 8).assumingMemoryBound(to: UInt32.self))
    default:
      throw .imageSection
    }
  }

  /// Classes, or 0 for a regression.
  package var classes: Int {
    switch self {
    case .softmax(let head): head.classes
    case .classification(let shape): shape.channelCount
    case .regression: 0
    }
  }

  /// Positions that are classified; 1 for a regression.
  package var positions: Int {
    if case .classification(let shape) = self { shape.positions } else { 1 }
  }

  /// Values of a regression, else 0.
  package var outputs: Int {
    if case .regression(let shape, _) = self { shape.elements } else { 0 }
  }
}
