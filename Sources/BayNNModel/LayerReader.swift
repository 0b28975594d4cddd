// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Reads the layers of an image from the input to the head, and checks that their sizes fit
/// together and lie within the image.
///
/// Whatever is done to all layers goes through it: checking, making a session, laying weights
/// on arrays. It checks everything each time, so that an image which was damaged after it was
/// opened cannot lead outside of its bounds.
package struct LayerReader {
  private(set) var sections: SectionReader
  private let parts: Parts
  private let placing: UnsafeMutableRawPointer?
  private var tensors: TensorTable
  /// The layer or head that was read last.
  package private(set) var reading: LayerReading
  /// What runs it.
  package private(set) var run: LayerPart.RunFunction?
  /// Bits of the mask, and layers that are wide, up to this layer.
  package private(set) var sites = 0
  package private(set) var wideLayers = 0
  /// Of the fields of all sections so far.
  package private(set) var structure: UInt32 = 0

  /// Layers read so far.
  package var layers: Int { tensors.count &- 1 }

  /// Starts with the first layer of a model.
  ///
  /// - Parameter placing: what layers are placed with; nil to check only.
  @inline(__always)
  package init(
    _ model: UnsafePointer<Model>, _ table: TensorTable, placing: UnsafeMutableRawPointer? = nil
  ) {
    sections = SectionReader(
      image: model.pointee.image, imageBytes: model.pointee.imageBytes,
      offset: model.pointee.layersOffset)
    parts = model.pointee.parts
    self.placing = placing
    tensors = table
    tensors.append(TensorShape(model.pointee.input))
    reading = LayerReading(.none, tensors, nil)
  }

  /// Reads the next layer; false, and nothing is read, if it is the head's turn.
  @inline(never)
  package mutating func next() throws(Fault) -> Bool {
    guard let kind = sections.nextKind, SectionKind.isLayer(kind) else { return false }
    guard layers < Limits.layersMax else { throw .imageSection }
    try read()
    sites &+= reading.site.bits
    wideLayers &+= reading.site.isWide ? 1 : 0
    guard sites <= Limits.sitesMax else { throw .imageShape }
    tensors.append(reading.output)
    return true
  }

  /// Reads the head, once there is no further layer.
  @inline(never)
  package mutating func head() throws(Fault) {
    guard layers > 0, let kind = sections.nextKind, SectionKind.isHead(kind) else {
      throw .imageSection
    }
    try read()
  }

  @inline(never)
  private mutating func read() throws(Fault) {
    reading = LayerReading(try sections.next(), tensors, placing)
    structure = reading.section.mix(into: structure)
    guard let part = LayerPart.find(reading.section.kind, in: parts) else { throw .part }
    run = part.run
    let status = withUnsafeMutablePointer(to: &reading) { part.read($0) }
    guard status == 0 else { throw Fault(status: status) }
  }

  /// Reads on to the next layer with binary weights, which a softmax head has too; nil after
  /// the last one.
  package mutating func nextWeights() throws(Fault) -> WeightMatrix? {
    while try next() {
      if let weights = reading.weights { return weights }
    }
    guard let kind = sections.nextKind, SectionKind.isHead(kind) else { return nil }
    try head()
    return reading.weights
  }
}
