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
    self.init(parts)
    try withUnsafeMutablePointer(to: &self) { model throws(Fault) in
      try model.open(image, bytes: bytes, trust: trust)
    }
  }
}

extension UnsafeMutablePointer<Model> {
  @inline(never)
  fileprivate func open(
    _ image: UnsafeRawPointer, bytes: Int, trust: Trust
  ) throws(Fault) {
    let size = try ImageHeader.check(image, bytes: bytes)
    pointee.turn(to: image, bytes: size)
    if trust == .none {
      guard Checksum.crc32(0, image, bytes: pointee.checkedBytes) == pointee.imageCRC else {
        throw .imageCRC
      }
    }
    try read(checksContent: trust == .none, checksWeights: trust == .none)
    Model.close(self)
  }

  /// Checks again all that opening checks but for weights, as after a suspected damage, given
  /// the checksum of the first `checkedBytes` bytes. This view, which is another than that in
  /// use, is read anew on the way.
  package func checkAgain(
    _ model: UnsafePointer<Model>, checksum: UInt32
  ) throws(Fault) {
    let (image, bytes) = (model.pointee.image, model.pointee.imageBytes)
    let stored = image.load(fromByteOffset: model.pointee.checkedBytes, as: UInt32.self)
    guard checksum == model.pointee.imageCRC, stored == checksum else { throw .imageCRC }
    guard try ImageHeader.check(image, bytes: bytes.int) == bytes else { throw .imageTruncated }
    initialize(to: Model(model.pointee.parts))
    pointee.turn(to: image, bytes: bytes)
    try read(checksContent: true, checksWeights: false)
  }

  /// Reads all sections of the image, and checks structure and ranges.
  @inline(never)
  private func read(checksContent: Bool, checksWeights: Bool) throws(Fault) {
    let image = pointee.image
    guard image.load(fromByteOffset: 6, as: UInt16.self) == 0 else { throw .imageValue }
    var sections = SectionReader(
      image: image, imageBytes: pointee.imageBytes, offset: ImageHeader.bytes)
    pointee.input = try InputShape(sections.next(SectionKind.input))
    pointee.layersOffset = sections.offset
    sections = try readLayers(checksWeights: checksWeights)
    let labels = try sections.next(SectionKind.labels)
    pointee.labelsOffset = labels.offset
    try Strings.check(labels, count: (pointee.classes &+ pointee.outputs).int)
    // Input, layers, head, labels; then the optional ones.
    var count = pointee.layers &+ 3
    if sections.nextKind == SectionKind.policy {
      pointee.policy = try Policy(sections.next(), isRegression: pointee.outputs > 0)
      count &+= 1
    }
    if sections.nextKind == SectionKind.knownAnswers {
      guard pointee.sites <= Limits.knownAnswerSitesMax else { throw .imageShape }
      let section = try sections.next()
      pointee.answersOffset = section.offset
      pointee.answerCount = try KnownAnswers.check(section, self, checksContent: checksContent)
      count &+= 1
    }
    if sections.nextKind == SectionKind.name {
      let section = try sections.next()
      try Strings.check(section, count: 1)
      pointee.nameOffset = section.offset
      count &+= 1
    }
    guard sections.atEnd, image.load(fromByteOffset: 12, as: UInt32.self) == count else {
      throw .imageSection
    }
  }

  /// Reads layers and head, and returns what comes after them.
  @inline(never)
  private func readLayers(checksWeights: Bool) throws(Fault) -> SectionReader {
    var reader = LayerReader(self)
    repeat {
      try reader.next()
      if !reader.isDone { pointee.kinds |= SectionKind.bit(reader.reading.section.kind) }
      if checksWeights, let weights = reader.found.weights { try WeightCheck.check(weights) }
    } while !reader.isDone
    pointee.layerField = UInt16(truncatingIfNeeded: reader.layers)
    pointee.siteField = UInt16(truncatingIfNeeded: reader.sites)
    pointee.wideLayerField = UInt16(truncatingIfNeeded: reader.wideLayers)
    pointee.result = reader.found.result
    pointee.structure = reader.structure
    return reader.sections
  }
}
