// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The input section (SPEC 3.1).
package struct InputShape: Equatable {
  /// height * width * channels, 1 to 65535.
  package let elements: UInt32
  /// Largest value of an element, 1 to 255.
  package let maximum: UInt32
  package let height: UInt32
  package let width: UInt32
  package let channels: UInt32

  init(_ section: Section) throws(Fault) {
    try section.require(bytes: 20)
    elements = section.word(0)
    maximum = section.word(4)
    height = section.word(8)
    width = section.word(12)
    channels = section.word(16)
    guard 1...Limits.lanesMax ~= elements, 1...255 ~= maximum,
      1...Limits.lanesMax ~= height, 1...Limits.lanesMax ~= width,
      1...Limits.lanesMax ~= channels,
      // The first product is below 2^32, the second below 2^48.
      (height &* width).wide &* channels.wide == elements.wide
    else { throw .imageShape }
  }
}

/// Bounds that the format puts on a model.
package enum Limits {
  /// Inputs and outputs of a layer, and classes.
  package static let lanesMax: UInt32 = 65535
  package static let layersMax = 64
  /// Elements of a tensor.
  package static let elementsMax: UInt64 = 0x100_0000
  package static let sitesMax = 32
  /// n * maximum of a layer's inputs stays below this.
  package static let sumEnd = 1 << 24
  /// Sites of a model with known answers.
  package static let knownAnswerSitesMax = 10
}
