// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// One section of an image: a view of its payload, which lies within the image.
package struct Section {
  package let kind: UInt16
  /// Offset of the section from the start of the image.
  package let offset: UInt32
  package let payload: UnsafeRawPointer
  package let bytes: Int

  /// No section: what has been read before the first one.
  static var none: Section {
    Section(kind: 0, offset: 0, payload: UnsafeRawPointer(bitPattern: 4)!, bytes: 0)
  }

  /// The u32 at a byte offset; the caller has checked that the payload holds it.
  @inline(__always)
  package func word(_ offset: Int) -> UInt32 {
    payload.load(fromByteOffset: offset, as: UInt32.self)
  }

  /// Mixes kind, size and the first words, which hold all fields of a layer or head, into a
  /// digest.
  func mix(into digest: UInt32) -> UInt32 {
    let head = UInt32(truncatingIfNeeded: bytes) ^ UInt32(kind)
    return Digest.mix(
      payload.assumingMemoryBound(to: UInt32.self), count: min(bytes, fieldBytes) >> 2,
      into: Digest.mix(head, into: digest))
  }

  /// Bytes of the fields of a layer or head, at most.
  private var fieldBytes: Int { kind == SectionKind.convolution ? 76 : 40 }

  package func require(bytes needed: Int) throws(Fault) {
    guard bytes == needed else { throw .imageSection }
  }
}

/// The kinds of sections, in their order in an image (SPEC section 1).
package enum SectionKind {
  package static let input: UInt16 = 1
  package static let dense: UInt16 = 16
  package static let convolution: UInt16 = 17
  package static let affine: UInt16 = 18
  package static let normalization: UInt16 = 19
  package static let pool: UInt16 = 20
  package static let add: UInt16 = 21
  package static let concatenate: UInt16 = 22
  package static let upsample: UInt16 = 23
  package static let lstm: UInt16 = 24
  package static func isLayer(_ kind: UInt16) -> Bool { dense...lstm ~= kind }
  /// How many tensors a layer takes by number, in its first words.
  static func sources(_ layer: UInt16) -> Int {
    switch layer {
    case dense: 0
    case add, concatenate: 2
    default: 1
    }
  }
  /// The bit of a layer's kind in a set of kinds.
  package static func bit(_ layer: UInt16) -> UInt16 { 1 &<< (layer &- dense) }
  package static func isHead(_ kind: UInt16) -> Bool { softmax...regression ~= kind }
  package static let softmax: UInt16 = 64
  package static let classification: UInt16 = 65
  package static let regression: UInt16 = 66
  package static let labels: UInt16 = 80
  package static let policy: UInt16 = 81
  package static let knownAnswers: UInt16 = 82
  package static let name: UInt16 = 83
}

/// Reads the sections of an image one after the other.
package struct SectionReader {
  private let image: UnsafeRawPointer
  /// Offset of the next section, a multiple of 4.
  package private(set) var offset: UInt32
  /// Offset of the checksum, where the last section ends.
  private let end: UInt32

  package init(image: UnsafeRawPointer, imageBytes: UInt32, offset: UInt32) {
    self.image = image
    self.offset = offset
    end = imageBytes &- ImageHeader.crcBytes
  }

  package var atEnd: Bool { offset == end }

  /// Kind of the next section; nil at the end.
  package var nextKind: UInt16? {
    guard offset < end else { return nil }
    return image.load(fromByteOffset: offset.int, as: UInt16.self)
  }

  package mutating func next() throws(Fault) -> Section {
    // offset <= end, both multiples of 4: so 8 bytes fit or none or 4.
    guard end &- offset >= 8 else { throw .imageSection }
    let head = image + offset.int
    guard head.load(fromByteOffset: 2, as: UInt16.self) == 0 else { throw .imageValue }
    let bytes = head.load(fromByteOffset: 4, as: UInt32.self)
    guard bytes & 3 == 0, bytes <= end &- offset &- 8 else { throw .imageSection }
    let section = Section(
      kind: head.load(as: UInt16.self), offset: offset, payload: head + 8, bytes: bytes.int)
    offset &+= 8 &+ bytes
    return section
  }

  /// The next section, if it is of this kind.
  package mutating func next(_ kind: UInt16) throws(Fault) -> Section {
    guard nextKind == kind else { throw .imageSection }
    return try next()
  }
}
