// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// How much of an image is checked when it is opened.
package enum Trust {
  /// All of it: the checksum, the structure, and every bit that a bound rests on.
  case none
  /// The structure alone.
  case content
}

extension Model {
  /// Opens an image that may hold any bytes. Bytes after its own size are ignored.
  package init(
    opening image: UnsafeRawPointer, bytes: Int, _ parts: Parts, trust: Trust = .none
  ) throws(Fault) {
    let size = try ImageHeader.check(image, bytes: bytes)
    self.init(image, bytes: size, parts)
    if trust == .none {
      guard Checksum.crc32(0, image, bytes: checkedBytes) == imageCRC else { throw .imageCRC }
    }
    try open(checksContent: trust == .none)
  }

  @inline(never)
  private mutating func open(checksContent: Bool) throws(Fault) {
    var memory = TensorTable.Memory(repeating: .none)
    try withUnsafeMutablePointer(to: &memory) { memory throws(Fault) in
      try read(TensorTable(memory), checksContent: checksContent)
    }
  }
}

extension UnsafeMutablePointer<Model> {
  /// Checks again all that opening checks, as after a suspected damage, given the checksum of
  /// the first `checkedBytes` bytes. This view, which is another than that in use, is read
  /// anew on the way.
  package func checkAgain(_ model: Model, checksum: UInt32, _ table: TensorTable) throws(Fault) {
    let stored = model.image.load(fromByteOffset: model.checkedBytes, as: UInt32.self)
    guard checksum == model.imageCRC, stored == model.imageCRC else { throw .imageCRC }
    guard try ImageHeader.check(model.image, bytes: model.imageBytes.int) == model.imageBytes
    else { throw .imageTruncated }
    initialize(to: Model(model.image, bytes: model.imageBytes, model.parts))
    try pointee.read(table, checksContent: true)
  }
}

extension Model {
  /// Reads all sections of the image, and checks structure and ranges.
  fileprivate mutating func read(_ table: TensorTable, checksContent: Bool) throws(Fault) {
    guard image.load(fromByteOffset: 6, as: UInt16.self) == 0 else { throw .imageValue }
    var sections = SectionReader(image: image, imageBytes: imageBytes, offset: ImageHeader.bytes)
    input = try InputShape(sections.next(SectionKind.input))
    layersOffset = sections.offset
    sections = try readLayers(table, checksContent: checksContent)
    let labels = try sections.next(SectionKind.labels)
    labelsOffset = labels.offset
    try Strings.check(labels, count: (classes &+ outputs).int)
    // Input, layers, head, labels; then the optional ones.
    var count = layers &+ 3
    if sections.nextKind == SectionKind.policy {
      policy = try Policy(sections.next(), isRegression: outputs > 0)
      count &+= 1
    }
    if sections.nextKind == SectionKind.knownAnswers {
      try readAnswers(sections.next(), checksContent: checksContent)
      count &+= 1
    }
    if sections.nextKind == SectionKind.name {
      let section = try sections.next()
      try Strings.check(section, count: 1)
      nameOffset = section.offset
      count &+= 1
    }
    guard sections.atEnd, image.load(fromByteOffset: 12, as: UInt32.self) == count else {
      throw .imageSection
    }
  }

  /// Reads layers and head, sums up what they need, and returns what comes after them.
  @inline(never)
  private mutating func readLayers(
    _ table: TensorTable, checksContent: Bool
  ) throws(Fault) -> SectionReader {
    var reader = makeLayerReader(table)
    var sums = Sums()
    while try reader.next() {
      try sums.add(reader.reading, checksContent: checksContent)
    }
    try reader.head()
    try sums.add(reader.reading, checksContent: checksContent)
    layers = UInt32(truncatingIfNeeded: reader.layers)
    sites = UInt32(truncatingIfNeeded: reader.sites)
    wideLayers = UInt32(truncatingIfNeeded: reader.wideLayers)
    result = reader.reading.result
    weightLayers = sums.weightLayers
    weights = saturate(sums.weights)
    randomBits = saturate(sums.randomBits)
    randomUnits = saturate(sums.draws &+ (sites > 0 ? 1 : 0))
    passWorkMax = saturate(sums.passWork)
    pieceWorkMax = saturate(sums.pieceWork)
    return reader.rest
  }

  private mutating func readAnswers(
    _ section: Section, checksContent: Bool
  ) throws(Fault) {
    guard sites <= Limits.knownAnswerSitesMax else { throw .imageShape }
    let answers = try KnownAnswers(
      section, input: input, resultWords: answerWords, labels: max(1, classes),
      checksContent: checksContent)
    answersOffset = section.offset
    answerCount = UInt32(truncatingIfNeeded: answers.count)
  }
}

/// Sums and maxima over the layers of a model.
private struct Sums {
  var weights: UInt64 = 0
  var weightLayers: UInt32 = 0
  var randomBits: UInt64 = 0
  var draws: UInt64 = 0
  var passWork: UInt64 = 0
  var pieceWork: UInt64 = 0

  mutating func add(_ reading: LayerReading, checksContent: Bool) throws(Fault) {
    // At most 65 times 2^16 * 2^45.
    passWork &+= reading.pieces.wide &* reading.pieceWork
    pieceWork = max(pieceWork, reading.pieceWork)
    randomBits &+= reading.site.randomBits.wide
    draws &+= reading.site.draws.wide
    guard let matrix = reading.weights else { return }
    weights &+= matrix.matrices.wide &* matrix.inputs.wide &* matrix.outputs.wide
    weightLayers &+= 1
    if checksContent { try WeightCheck.check(matrix) }
  }
}

/// The value, or the largest one that fits.
private func saturate(_ value: UInt64) -> UInt32 {
  UInt32(upperHalf: value) == 0 ? UInt32(truncatingIfNeeded: value) : .max
}
