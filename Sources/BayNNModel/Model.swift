// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A validated view of a model image, which stays where it lies.
///
/// Everything that memory safety rests on is kept here, or checked again when layers are read.
package struct Model {
  package private(set) var image: UnsafeRawPointer
  package private(set) var imageBytes: UInt32
  package private(set) var imageCRC: UInt32
  /// The parts of the library that may be used for it.
  package let parts: Parts
  package internal(set) var input = InputShape()
  package internal(set) var result = ResultShape()
  package internal(set) var policy = Policy()
  var layerField: UInt16 = 0
  var siteField: UInt16 = 0
  var wideLayerField: UInt16 = 0
  /// The kinds of its layers, a bit each from `SectionKind.dense` on.
  package internal(set) var kinds: UInt16 = 0
  /// Digest of the fields of layers and head.
  package internal(set) var structure: UInt32 = 0
  package internal(set) var answerCount: UInt32 = 0
  /// Offsets of sections; 0 = there is none.
  var layersOffset: UInt32 = 0
  var labelsOffset: UInt32 = 0
  var answersOffset: UInt32 = 0
  var nameOffset: UInt32 = 0
  /// Digest of all fields before it, once the image has been opened; the last field.
  private var seal: UInt32 = 0

  /// Layers, without the head.
  package var layers: UInt32 { UInt32(layerField) }
  /// Bits of a mask, and layers whose decisions are too many for one.
  package var sites: UInt32 { UInt32(siteField) }
  package var wideLayers: UInt32 { UInt32(wideLayerField) }
  package var classes: UInt32 { result.classes }
  package var outputs: UInt32 { result.outputs }
  /// Positions that get a label.
  package var positions: Int { result.positions }

  /// A view of no image, to be opened.
  package init(_ parts: Parts) {
    image = UnsafeRawPointer(bitPattern: 4)!
    imageBytes = 0
    imageCRC = 0
    self.parts = parts
  }

  /// Makes it the view of an image of which the header has been checked.
  mutating func turn(to image: UnsafeRawPointer, bytes: UInt32) {
    self.image = image
    imageBytes = bytes
    imageCRC = image.load(
      fromByteOffset: (bytes &- ImageHeader.crcBytes).int, as: UInt32.self)
  }

  /// True if all fields are as they were when the image was opened.
  @inline(never)
  package static func isSealed(_ model: UnsafePointer<Model>) -> Bool {
    model.pointee.seal == digest(model)
  }

  static func close(_ model: UnsafeMutablePointer<Model>) {
    model.pointee.seal = digest(model)
  }

  private static func digest(_ model: UnsafePointer<Model>) -> UInt32 {
    let words = UnsafeRawPointer(model).assumingMemoryBound(to: UInt32.self)
    return Digest.mix(words, count: MemoryLayout<Model>.size >> 2 &- 1, into: Digest.start)
  }

  /// Bytes that the checksum covers.
  package var checkedBytes: Int { (imageBytes &- ImageHeader.crcBytes).int }

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

  /// Words of results in a known answer: probabilities, or one checksum.
  package var answerWords: Int { outputs == 0 && positions == 1 ? classes.int : 1 }

  private func text(at offset: UInt32) -> UnsafePointer<CChar> {
    (image + offset.int + 8).assumingMemoryBound(to: CChar.self)
  }
}
