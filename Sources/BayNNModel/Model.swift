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
  /// The most rows that a layer visits in one go, and words of a layer's counters.
  package private(set) var rowsMax: UInt32 = 0
  package private(set) var counterWordsMax: UInt32 = 0
  package private(set) var answerCount: UInt32 = 0
  /// Offsets of sections; 0 = there is none.
  private let layersOffset: UInt32
  private let labelsOffset: UInt32
  private var answersOffset: UInt32 = 0
  private var nameOffset: UInt32 = 0

  /// Opens an image that may hold any bytes. Bytes after its own size are ignored.
  package init(opening image: UnsafeRawPointer, bytes: Int) throws(Fault) {
    let size = try Model.checkHeader(image, bytes: bytes)
    let body = (size &- ImageHeader.crcBytes).int
    guard
      Checksum.crc32(0, image, bytes: body)
        == image.load(fromByteOffset: body, as: UInt32.self)
    else { throw .imageCRC }
    try self.init(structureOf: image, bytes: size)
    try WeightCheck.run(self)
  }

  /// Checks the header and returns the size of the image.
  private static func checkHeader(
    _ image: UnsafeRawPointer, bytes: Int
  ) throws(Fault) -> UInt32 {
    guard bytes >= (ImageHeader.bytes &+ ImageHeader.crcBytes).int else { throw .imageTruncated }
    guard image.load(as: UInt32.self) == ImageHeader.magic else { throw .imageMagic }
    guard image.load(fromByteOffset: 4, as: UInt16.self) == ImageHeader.format else {
      throw .imageFormat
    }
    let size = image.load(fromByteOffset: 8, as: UInt32.self)
    guard size & 3 == 0, size >= ImageHeader.bytes &+ ImageHeader.crcBytes else {
      throw .imageValue
    }
    guard size <= ImageHeader.imageBytesMax, size.int <= bytes else { throw .imageTruncated }
    return size
  }

  /// Checks structure and ranges of an image of which `bytes` bytes can be read.
  private init(structureOf image: UnsafeRawPointer, bytes: UInt32) throws(Fault) {
    guard image.load(fromByteOffset: 6, as: UInt16.self) == 0 else { throw .imageValue }
    self.image = image
    imageBytes = bytes
    imageCRC = image.load(
      fromByteOffset: (bytes &- ImageHeader.crcBytes).int, as: UInt32.self)

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
    rowsMax = UInt32(truncatingIfNeeded: tally.rows)
    counterWordsMax = UInt32(truncatingIfNeeded: tally.counterWords)
    try readOptionalSections(&sections)
    try checkSectionCount()
  }

  /// Reads known answers and name, and finds nothing after them.
  private mutating func readOptionalSections(
    _ sections: inout SectionReader
  ) throws(Fault) {
    if sections.nextKind == SectionKind.knownAnswers {
      guard sites <= Limits.knownAnswerSitesMax else { throw .imageShape }
      let section = try sections.next()
      let answers = try KnownAnswers(section, input: input, classes: classes.int)
      answersOffset = section.offset
      answerCount = UInt32(truncatingIfNeeded: answers.count)
    }
    if sections.nextKind == SectionKind.name {
      let section = try sections.next()
      try Strings.check(section, count: 1)
      nameOffset = section.offset
    }
    guard sections.atEnd else { throw .imageSection }
  }

  private func checkSectionCount() throws(Fault) {
    // Input, layers with head, labels; then the optional ones.
    var count = layers &+ 2
    if policy.measure != 0 { count &+= 1 }
    if answersOffset != 0 { count &+= 1 }
    if nameOffset != 0 { count &+= 1 }
    guard image.load(fromByteOffset: 12, as: UInt32.self) == count else { throw .imageSection }
  }

  /// Bytes that the checksum covers.
  package var checkedBytes: Int { (imageBytes &- ImageHeader.crcBytes).int }

  /// Checks again all that opening checks, as after a suspected damage, given the
  /// checksum of the first `checkedBytes` bytes.
  package func checkAgain(checksum: UInt32) throws(Fault) {
    let stored = image.load(fromByteOffset: checkedBytes, as: UInt32.self)
    guard checksum == imageCRC, stored == imageCRC else { throw .imageCRC }
    guard try Model.checkHeader(image, bytes: imageBytes.int) == imageBytes else {
      throw .imageTruncated
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
    let end = (image + imageBytes.int).assumingMemoryBound(to: CChar.self)
    var left = label
    while left > 0, name < end {
      if name.pointee == 0 { left &-= 1 }
      name += 1
    }
    return name
  }

  package var knownAnswers: KnownAnswers {
    KnownAnswers(
      first: image + answersOffset.int + 12, count: answerCount.int,
      inputBytes: input.elements.int, classes: classes.int)
  }

  private func text(at offset: UInt32) -> UnsafePointer<CChar> {
    (image + offset.int + 8).assumingMemoryBound(to: CChar.self)
  }
}

/// Sums and maxima over the layers of a model.
private struct Tally {
  var weights: UInt64 = 0
  var passWork: UInt64 = 0
  var pieceWork: UInt64 = 0
  var rows = 0
  var counterWords = 0

  mutating func add(_ layer: DenseLayer) {
    let work = Work.most(layer).wide
    weights &+= layer.inputs.wide &* layer.outputs.wide
    passWork &+= work
    pieceWork = max(pieceWork, work)
    rows = max(rows, layer.rowsMax)
    counterWords = max(counterWords, layer.counterPlanes &* layer.weights.words)
  }
}

/// The value, or the largest one that fits.
private func saturate(_ value: UInt64) -> UInt32 {
  UInt32(upperHalf: value) == 0 ? UInt32(truncatingIfNeeded: value) : .max
}
