// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Reads the layers of an image from the input to the head, and checks that their sizes fit
/// together and lie within the image.
///
/// Whatever is done to all layers goes through it: checking, making a session, laying weights
/// on arrays. It checks everything each time, so that an image which was damaged after it was
/// opened cannot lead outside of its bounds.
package struct LayerReader {
  private var sections: SectionReader
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

  /// Layers read so far.
  package var layers: Int { tensors.count &- 1 }

  /// - Parameter placing: what layers are placed with; nil to check only.
  package init(
    _ sections: SectionReader, _ input: InputShape, _ parts: Parts, _ table: TensorTable,
    placing: UnsafeMutableRawPointer? = nil
  ) {
    self.sections = sections
    self.parts = parts
    self.placing = placing
    tensors = table
    tensors.append(TensorShape(input))
    reading = LayerReading(.none, tensors, nil)
  }

  /// Where the section after the ones read so far begins.
  var rest: SectionReader { sections }

  /// The kind of the layer that comes next; nil if it is the head's turn.
  package var nextLayerKind: UInt16? {
    guard let kind = sections.nextKind, SectionKind.isLayer(kind) else { return nil }
    return kind
  }

  /// Reads the next layer; false, and nothing is read, if it is the head's turn.
  package mutating func next() throws(Fault) -> Bool {
    guard nextLayerKind != nil else { return false }
    guard layers < Limits.layersMax else { throw .imageSection }
    try read()
    sites &+= reading.site.bits
    wideLayers &+= reading.site.isWide ? 1 : 0
    guard sites <= Limits.sitesMax else { throw .imageShape }
    tensors.append(reading.output)
    return true
  }

  /// Reads the head, once there is no further layer.
  package mutating func head() throws(Fault) {
    guard layers > 0, let kind = sections.nextKind, SectionKind.isHead(kind) else {
      throw .imageSection
    }
    try read()
  }

  @inline(never)
  private mutating func read() throws(Fault) {
    let section = try sections.next()
    guard let part = LayerPart.find(section.kind, in: parts) else { throw .part }
    reading = LayerReading(section, tensors, placing)
    run = part.run
    let status = withUnsafeMutablePointer(to: &reading) { part.read($0) }
    guard status == 0 else { throw Fault(status: status) }
  }

  /// Reads on to the next layer with binary weights, which a softmax head has too; false
  /// after the last one.
  package mutating func nextWeights() throws(Fault) -> WeightMatrix? {
    while nextLayerKind != nil {
      _ = try next()
      if let weights = reading.weights { return weights }
    }
    guard let kind = sections.nextKind, SectionKind.isHead(kind) else { return nil }
    try head()
    return reading.weights
  }
}
