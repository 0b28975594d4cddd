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
  private let layersMax: Int
  /// The layer or head at hand.
  package private(set) var reading: LayerReading
  /// Bits of the mask, and layers that are wide, up to this layer.
  package private(set) var sites = 0
  package private(set) var wideLayers = 0
  /// Of the fields of all sections so far.
  package private(set) var structure: UInt32 = 0
  /// The head has been read, which is the last one.
  package private(set) var isDone = false

  /// What has been read last.
  package var found: LayerFindings { reading.found }

  /// Layers read so far.
  package var layers: Int { reading.tensors.count &- 1 }

  /// Starts in front of the first layer of a model.
  @inline(never)
  package init(_ model: UnsafePointer<Model>, layersMax: Int = Limits.layersMax) {
    sections = SectionReader(
      image: model.pointee.image, imageBytes: model.pointee.imageBytes,
      offset: model.pointee.layersOffset)
    parts = model.pointee.parts
    self.layersMax = layersMax
    reading = LayerReading(input: TensorShape(model.pointee.input))
  }

  /// Reads and checks the next layer, or the head behind the last one.
  @inline(never)
  package mutating func next() throws(Fault) {
    let part = try turn()
    try enter(status: withUnsafeMutablePointer(to: &reading) { part.check($0) })
  }

  /// Reads, checks and places the next layer, or the head behind the last one.
  ///
  /// - Parameter placing: what makes a session.
  /// - Returns: what runs it.
  @inline(never)
  package mutating func place(
    with placing: UnsafeMutableRawPointer
  ) throws(Fault) -> LayerPart.RunFunction {
    let part = try turn()
    try enter(status: withUnsafeMutablePointer(to: &reading) { part.place($0, placing) })
    return part.run
  }

  /// Turns to the section of the next layer or head, and finds its part.
  @inline(never)
  private mutating func turn() throws(Fault) -> LayerPart {
    guard let kind = sections.nextKind,
      SectionKind.isHead(kind) ? layers > 0 : SectionKind.isLayer(kind) && layers < layersMax
    else { throw .imageSection }
    reading.section = try sections.next()
    structure = reading.section.mix(into: structure)
    reading.found = LayerFindings()
    guard let part = LayerPart.find(reading.section.kind, in: parts) else { throw .part }
    return part
  }

  /// Enters the layer or head that has been read.
  @inline(never)
  private mutating func enter(status: Int32) throws(Fault) {
    guard status == 0 else { throw Fault(status: status) }
    if SectionKind.isHead(reading.section.kind) {
      isDone = true
      return
    }
    sites &+= found.site.bits
    wideLayers &+= found.site.isWide ? 1 : 0
    guard sites <= Limits.sitesMax else { throw .imageShape }
    let (output, ahead) = (found.output, sections)
    try withUnsafeMutablePointer(to: &reading.tensors) { tensors throws(Fault) in
      try tensors.append(output, ahead: ahead)
    }
  }

  /// Reads on to the next layer with binary weights, which a softmax head has too; nil after
  /// the last one.
  package mutating func nextWeights() throws(Fault) -> WeightMatrix? {
    while !isDone {
      try next()
      if let weights = found.weights { return weights }
    }
    return nil
  }
}
