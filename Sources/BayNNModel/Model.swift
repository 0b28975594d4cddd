// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A validated view of a model image, which stays where it lies.
///
/// Everything that memory safety rests on is kept here, not read again from the image.
package struct Model {
  package let image: UnsafeRawPointer
  package let imageBytes: UInt32
  package let imageCRC: UInt32
  package let input: InputShape
  package let policy: Policy
  package private(set) var classes: UInt32 = 0
  /// Dense layers and the head.
  package private(set) var layers: UInt32 = 0
  package private(set) var sites: UInt32 = 0
  /// Binary weights, at most UInt32.max.
  package private(set) var weights: UInt32 = 0
  /// Units of `Work`: of a deterministic pass, and of the largest piece.
  package private(set) var passWorkMax: UInt32 = 0
  package private(set) var pieceWorkMax: UInt32 = 0
  package private(set) var answerCount: UInt32 = 0
  /// Offsets of sections; 0 = there is none.
  private let layersOffset: UInt32
  private let labelsOffset: UInt32
  private var answersOffset: UInt32 = 0
  private var nameOffset: UInt32 = 0

  /// Opens an image that may hold any bytes. Bytes after its own size are ignored.
  package init(opening image: UnsafeRawPointer, bytes: Int) throws(ImageFault) {
    let size = try Model.checkHeader(image, bytes: bytes)
    let body = Int(size &- ImageHeader.crcBytes)
    guard
      Checksum.crc32(0, image, bytes: body)
        == image.load(fromByteOffset: body, as: UInt32.self)
    else { throw .crc }
    try self.init(structureOf: image, bytes: size)
    try WeightCheck.run(self)
  }

  /// Checks the header and returns the size of the image.
  private static func checkHeader(
    _ image: UnsafeRawPointer, bytes: Int
  ) throws(ImageFault) -> UInt32 {
    guard bytes >= Int(ImageHeader.bytes &+ ImageHeader.crcBytes) else { throw .truncated }
    guard image.load(as: UInt32.self) == ImageHeader.magic else { throw .magic }
    guard image.load(fromByteOffset: 4, as: UInt16.self) == ImageHeader.format else {
      throw .format
    }
    let size = image.load(fromByteOffset: 8, as: UInt32.self)
    guard size & 3 == 0, size >= ImageHeader.bytes &+ ImageHeader.crcBytes else {
      throw .value
    }
    guard size <= ImageHeader.imageBytesMax, Int(size) <= bytes else { throw .truncated }
    return size
  }

  /// Checks structure and ranges of an image of which `bytes` bytes can be read.
  private init(structureOf image: UnsafeRawPointer, bytes: UInt32) throws(ImageFault) {
    guard image.load(fromByteOffset: 6, as: UInt16.self) == 0 else { throw .value }
    self.image = image
    imageBytes = bytes
    imageCRC = image.load(
      fromByteOffset: Int(bytes &- ImageHeader.crcBytes), as: UInt32.self)

    var sections = SectionReader(image: image, imageBytes: bytes, offset: ImageHeader.bytes)
    input = try InputShape(sections.next(SectionKind.input))
    layersOffset = sections.offset
    var reader = LayerReader(sections, input: input)
    var tally = Tally()
    while let layer = try reader.next() { tally.add(layer) }
    let head = try reader.head()
    try head.checkRange()
    tally.add(head.layer)
    sections = reader.rest
    let labels = try sections.next(SectionKind.labels)
    labelsOffset = labels.offset
    try Strings.check(labels, count: head.classes)
    policy =
      sections.nextKind == SectionKind.policy ? try Policy(sections.next()) : Policy()

    classes = UInt32(truncatingIfNeeded: head.classes)
    layers = UInt32(truncatingIfNeeded: reader.layers &+ 1)
    sites = UInt32(truncatingIfNeeded: reader.sites)
    weights = saturate(tally.weights)
    passWorkMax = saturate(tally.passWork)
    pieceWorkMax = saturate(tally.pieceWork)
    try readOptionalSections(&sections)
    try checkSectionCount()
  }

  /// Reads known answers and name, and finds nothing after them.
  private mutating func readOptionalSections(
    _ sections: inout SectionReader
  ) throws(ImageFault) {
    if sections.nextKind == SectionKind.knownAnswers {
      guard sites <= Limits.knownAnswerSitesMax else { throw .shape }
      let section = try sections.next()
      let answers = try KnownAnswers(section, input: input, classes: Int(classes))
      answersOffset = section.offset
      answerCount = UInt32(truncatingIfNeeded: answers.count)
    }
    if sections.nextKind == SectionKind.name {
      let section = try sections.next()
      try Strings.check(section, count: 1)
      nameOffset = section.offset
    }
    guard sections.atEnd else { throw .section }
  }

  private func checkSectionCount() throws(ImageFault) {
    // Input, layers with head, labels; then the optional ones.
    var count = layers &+ 2
    if policy.measure != 0 { count &+= 1 }
    if answersOffset != 0 { count &+= 1 }
    if nameOffset != 0 { count &+= 1 }
    guard image.load(fromByteOffset: 12, as: UInt32.self) == count else { throw .section }
  }

  /// Bytes that the checksum covers.
  package var checkedBytes: Int { Int(imageBytes &- ImageHeader.crcBytes) }

  /// Checks again all that opening checks but the checksum, as after a suspected damage.
  package func checkAgain() throws(ImageFault) {
    guard try Model.checkHeader(image, bytes: Int(imageBytes)) == imageBytes else {
      throw .truncated
    }
    try WeightCheck.run(Model(structureOf: image, bytes: imageBytes))
  }

  /// Reads the layers, from the first one.
  package func makeLayerReader() -> LayerReader {
    LayerReader(
      SectionReader(image: image, imageBytes: imageBytes, offset: layersOffset), input: input)
  }

  /// The name, ended by a zero byte; nil if the image has none.
  package var name: UnsafePointer<CChar>? {
    nameOffset == 0 ? nil : text(at: nameOffset)
  }

  /// The name of a class below `classes`, ended by a zero byte.
  package func className(_ label: UInt32) -> UnsafePointer<CChar> {
    var name = text(at: labelsOffset)
    let end = (image + Int(imageBytes)).assumingMemoryBound(to: CChar.self)
    var left = label
    while left > 0, name < end {
      if name.pointee == 0 { left &-= 1 }
      name += 1
    }
    return name
  }

  package var knownAnswers: KnownAnswers {
    KnownAnswers(
      first: image + Int(answersOffset) + 12, count: Int(answerCount),
      inputBytes: Int(input.elements), classes: Int(classes))
  }

  private func text(at offset: UInt32) -> UnsafePointer<CChar> {
    (image + Int(offset) + 8).assumingMemoryBound(to: CChar.self)
  }
}

/// Sums over the layers of a model.
private struct Tally {
  var weights: UInt64 = 0
  var passWork: UInt64 = 0
  var pieceWork: UInt64 = 0

  mutating func add(_ layer: DenseLayer) {
    let work = Work.most(layer).wide
    weights &+= layer.inputs.wide &* layer.outputs.wide
    passWork &+= work
    pieceWork = max(pieceWork, work)
  }
}

/// The value, or the largest one that fits.
private func saturate(_ value: UInt64) -> UInt32 {
  UInt32(upperHalf: value) == 0 ? UInt32(truncatingIfNeeded: value) : .max
}
