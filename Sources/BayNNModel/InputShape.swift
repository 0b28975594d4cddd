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

  /// No input: what stands there before the section has been read.
  init() {
    elements = 1
    maximum = 1
    height = 1
    width = 1
    channels = 1
  }

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
