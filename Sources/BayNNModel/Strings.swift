// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Strings in an image, each ended by a zero byte (SPEC 3.4 and 3.7).
enum Strings {
  /// Checks that a payload holds `count` strings, none empty, and at most 3 zero bytes.
  static func check(_ section: Section, count: Int) throws(Fault) {
    var offset = 0
    for _ in indices(count) {
      let start = offset
      while offset < section.bytes, byte(section, offset) != 0 { offset &+= 1 }
      guard offset < section.bytes, offset > start else { throw .imageValue }
      offset &+= 1
    }
    guard section.bytes &- offset <= 3 else { throw .imageSection }
    while offset < section.bytes {
      guard byte(section, offset) == 0 else { throw .imageValue }
      offset &+= 1
    }
  }

  private static func byte(_ section: Section, _ offset: Int) -> UInt8 {
    section.payload.load(fromByteOffset: offset, as: UInt8.self)
  }
}
