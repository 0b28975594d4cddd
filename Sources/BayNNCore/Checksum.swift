// SPDX-License-Identifier: Apache-2.0

/// CRC-32 (ISO-HDLC, as in zlib): reflected polynomial 0xEDB88320.
package enum Checksum {
  /// Continues the checksum `crc` (0 to start) over `bytes` bytes.
  @inline(never)
  package static func crc32(
    _ crc: UInt32, _ data: UnsafeRawPointer, bytes: Int
  ) -> UInt32 {
    #if arch(x86_64) || arch(arm64)
      crc32ByNibbles(crc, data, bytes: bytes)
    #elseif BAYNN_SMALL
      crc32BySmallTable(crc, data, bytes: bytes)
    #else
      crc32ByBytes(crc, data, bytes: bytes)
    #endif
  }

  /// One look-up a byte, in a table of 1 KiB; data are loaded a word at a time.
  @inline(__always)
  static func crc32ByBytes(_ crc: UInt32, _ data: UnsafeRawPointer, bytes: Int) -> UInt32 {
    var rest = ~crc
    var next = data
    let end = data + bytes
    // Words where they are aligned: not every machine loads others.
    while next < end && UInt(bitPattern: next) & 3 != 0 { takeByte(&rest, &next) }
    var words = max(end - next, 0) >> 2
    while words > 0 {
      words &-= 1
      rest ^= next.load(as: UInt32.self)
      next += 4
      rest = (rest >> 8) ^ remainders[unchecked: (rest & 255).int]
      rest = (rest >> 8) ^ remainders[unchecked: (rest & 255).int]
      rest = (rest >> 8) ^ remainders[unchecked: (rest & 255).int]
      rest = (rest >> 8) ^ remainders[unchecked: (rest & 255).int]
    }
    while next < end { takeByte(&rest, &next) }
    return ~rest
  }

  @inline(__always)
  private static func takeByte(_ rest: inout UInt32, _ next: inout UnsafeRawPointer) {
    rest ^= UInt32(next.load(as: UInt8.self))
    rest = (rest >> 8) ^ remainders[unchecked: (rest & 255).int]
    next += 1
  }

  /// Continues the checksum over the four little-endian bytes of a word.
  package static func crc32(_ crc: UInt32, word: UInt32) -> UInt32 {
    withUnsafeBytes(of: word) { crc32(crc, $0.baseAddress!, bytes: 4) }
  }
}
