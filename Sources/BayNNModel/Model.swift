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
  /// Classes of each position; 0 for a regression.
  package private(set) var classes: UInt32 = 0
  /// Positions that get a label: 1 x 1 if the model has one label for an input.
  package private(set) var mapHeight: UInt32 = 1
  package private(set) var mapWidth: UInt32 = 1
  /// Values of a regression, else 0.
  package private(set) var outputs: UInt32 = 0
  /// Layers, without the head.
  package private(set) var layers: UInt32 = 0
  /// Layers with binary weights, the head included.
  package private(set) var weightLayers: UInt32 = 0
  /// Bits of a mask, and layers whose decisions are too many for one.
  package private(set) var sites: UInt32 = 0
  package private(set) var wideLayers: UInt32 = 0
  /// Of a pass, at most UInt32.max; and the random units that hardware needs.
  package private(set) var randomBits: UInt32 = 0
  package private(set) var randomUnits: UInt32 = 0
  /// True if a layer reads the input as bytes, and if the first one reads it in planes.
  package private(set) var takesInputBytes = false
  package private(set) var takesInputPlanes = false
  /// Binary weights, at most UInt32.max.
  package private(set) var weights: UInt32 = 0
  /// Units of `Work`: of a deterministic pass, and of the largest piece.
  package private(set) var passWorkMax: UInt32 = 0
  package private(set) var pieceWorkMax: UInt32 = 0
  /// The most that a layer needs of what all share.
  package private(set) var scratch = Scratch()
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

  private init(structureOf image: UnsafeRawPointer, bytes: UInt32) throws(Fault) {
    self = try TensorTable.with { table throws(Fault) in
      try Model(structureOf: image, bytes: bytes, table)
    }
  }

  /// Checks structure and ranges of an image of which `bytes` bytes can be read.
  private init(
    structureOf image: UnsafeRawPointer, bytes: UInt32, _ table: TensorTable
  ) throws(Fault) {
    guard image.load(fromByteOffset: 6, as: UInt16.self) == 0 else { throw .imageValue }
    self.image = image
    imageBytes = bytes
    imageCRC = image.load(
      fromByteOffset: (bytes &- ImageHeader.crcBytes).int, as: UInt32.self)

    var sections = SectionReader(image: image, imageBytes: bytes, offset: ImageHeader.bytes)
    input = try InputShape(sections.next(SectionKind.input))
    layersOffset = sections.offset
    var reader = LayerReader(sections, input: input, table)
    var tally = Tally()
    while let layer = try reader.next() { tally.add(layer) }
    let head = try reader.head()
    tally.add(head)
    sections = reader.rest
    let labels = try sections.next(SectionKind.labels)
    labelsOffset = labels.offset
    try Strings.check(labels, count: head.classes &+ head.outputs)
    let isRegression = head.outputs > 0
    policy =
      sections.nextKind == SectionKind.policy
      ? try Policy(sections.next(), isRegression: isRegression) : Policy()

    classes = UInt32(truncatingIfNeeded: head.classes)
    outputs = UInt32(truncatingIfNeeded: head.outputs)
    if case .classification(let shape) = head {
      mapHeight = UInt32(shape.height)
      mapWidth = UInt32(shape.width)
    }
    layers = UInt32(truncatingIfNeeded: reader.layers)
    sites = UInt32(truncatingIfNeeded: reader.sites)
    wideLayers = UInt32(truncatingIfNeeded: reader.wideLayers)
    weightLayers = tally.weightLayers
    takesInputBytes = tally.takesInputBytes
    takesInputPlanes = tally.takesInputPlanes
    weights = saturate(tally.weights)
    randomBits = saturate(tally.randomBits)
    randomUnits = saturate(tally.draws &+ (sites > 0 ? 1 : 0))
    passWorkMax = saturate(tally.passWork)
    pieceWorkMax = saturate(tally.pieceWork)
    scratch = tally.scratch
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
      let answers = try KnownAnswers(
        section, input: input, resultWords: answerWords, labels: max(1, classes))
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
    // Input, layers, head, labels; then the optional ones.
    var count = layers &+ 3
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
  package func makeLayerReader(_ table: TensorTable) -> LayerReader {
    LayerReader(
      SectionReader(image: image, imageBytes: imageBytes, offset: layersOffset), input: input,
      table)
  }

  /// The name, ended by a zero byte; nil if the image has none.
  package var name: UnsafePointer<CChar>? {
    nameOffset == 0 ? nil : text(at: nameOffset)
  }

  /// The name of a class or of an output, ended by a zero byte.
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
      inputBytes: input.elements.int, resultWords: answerWords, labels: max(1, classes))
  }

  /// Words of results in a known answer: probabilities, or one checksum.
  package var answerWords: Int { outputs == 0 && positions == 1 ? classes.int : 1 }

  /// True if a layer reads the input in no other way than the image did when it was opened.
  package func covers(_ layer: Layer) -> Bool {
    (!layer.takesInputBytes || takesInputBytes) && (!layer.takesInputPlanes || takesInputPlanes)
  }

  /// Positions that get a label.
  package var positions: Int { mapHeight.int &* mapWidth.int }

  private func text(at offset: UInt32) -> UnsafePointer<CChar> {
    (image + offset.int + 8).assumingMemoryBound(to: CChar.self)
  }
}
