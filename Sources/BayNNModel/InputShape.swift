// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The input section (SPEC 3.1).
package struct InputShape: Equatable {
  private let heightField: UInt16
  private let widthField: UInt16
  private let channelsField: UInt16
  private let maximumField: UInt16

  package var height: UInt32 { UInt32(heightField) }
  package var width: UInt32 { UInt32(widthField) }
  package var channels: UInt32 { UInt32(channelsField) }
  /// Largest value of an element, 1 to 255.
  package var maximum: UInt32 { UInt32(maximumField) }
  /// 1 to 65535.
  package var elements: UInt32 { height &* width &* channels }

  /// No input: what stands there before the section has been read.
  init() {
    heightField = 1
    widthField = 1
    channelsField = 1
    maximumField = 1
  }

  init(_ section: Section) throws(Fault) {
    try section.require(bytes: 20)
    let elements = section.word(0)
    let maximum = section.word(4)
    let height = section.word(8)
    let width = section.word(12)
    let channels = section.word(16)
    guard 1...Limits.lanesMax ~= elements, 1...255 ~= maximum,
      1...Limits.lanesMax ~= height, 1...Limits.lanesMax ~= width,
      1...Limits.lanesMax ~= channels,
      // The first product is below 2^32, the second below 2^48.
      (height &* width).wide &* channels.wide == elements.wide
    else { throw .imageShape }
    heightField = UInt16(truncatingIfNeeded: height)
    widthField = UInt16(truncatingIfNeeded: width)
    channelsField = UInt16(truncatingIfNeeded: channels)
    maximumField = UInt16(truncatingIfNeeded: maximum)
  }
}
