// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Reads the layers of an image from the input to the head, and checks that their sizes
/// fit together and lie within the image.
///
/// It runs again whenever a plan is made, so that an image which was damaged after it
/// was opened cannot lead outside of its bounds.
package struct LayerReader {
  private var sections: SectionReader
  private var inputs: Int
  private var maximum: Int
  package private(set) var layers = 0
  package private(set) var sites = 0

  init(_ sections: SectionReader, input: InputShape) {
    self.sections = sections
    inputs = input.elements.int
    maximum = input.maximum.int
  }

  /// Where the section after the ones read so far begins.
  var rest: SectionReader { sections }

  /// The next dense layer; nil when the head comes.
  @inline(never)
  package mutating func next() throws(Fault) -> DenseLayer? {
    guard sections.nextKind == SectionKind.dense else {
      guard layers > 0 else { throw .imageSection }
      return nil
    }
    guard layers < Limits.layersMax else { throw .imageSection }
    let layer = try DenseLayer(dense: sections.next(), inputs: inputs, maximum: maximum)
    layers &+= 1
    sites &+= layer.states &- 1
    guard sites <= Limits.sitesMax else { throw .imageShape }
    inputs = layer.outputs
    maximum = 1
    return layer
  }

  /// The head, once there is no further layer.
  @inline(never)
  package mutating func head() throws(Fault) -> SoftmaxHead {
    try SoftmaxHead(sections.next(SectionKind.softmax), inputs: inputs)
  }
}
