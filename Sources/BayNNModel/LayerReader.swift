// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Reads the layers of an image from the input to the head, and checks that their sizes
/// fit together and lie within the image.
///
/// It runs again whenever a plan is made, so that an image which was damaged after it
/// was opened cannot lead outside of its bounds.
package struct LayerReader {
  private var sections: SectionReader
  package private(set) var tensors: TensorTable
  /// Bits of the mask so far, and layers that are wide.
  package private(set) var sites = 0
  package private(set) var wideLayers = 0

  /// Layers read so far.
  package var layers: Int { tensors.count &- 1 }

  init(_ sections: SectionReader, input: InputShape, _ tensors: TensorTable) {
    self.sections = sections
    self.tensors = tensors
    self.tensors.start(input)
  }

  /// Where the section after the ones read so far begins.
  var rest: SectionReader { sections }

  /// The next layer; nil when the head comes.
  @inline(never)
  package mutating func next() throws(Fault) -> Layer? {
    guard let kind = sections.nextKind, SectionKind.isLayer(kind) else {
      guard layers > 0 else { throw .imageSection }
      return nil
    }
    guard layers < Limits.layersMax else { throw .imageSection }
    let layer = try Layer(sections.next(), tensors)
    sites &+= layer.site.bits
    wideLayers &+= layer.site.isWide ? 1 : 0
    guard sites <= Limits.sitesMax else { throw .imageShape }
    tensors.append(try layer.output)
    return layer
  }

  /// The head, once there is no further layer.
  @inline(never)
  package mutating func head() throws(Fault) -> Head {
    try Head(sections.next(), over: tensors.last)
  }
}
