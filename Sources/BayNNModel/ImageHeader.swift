// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The first 16 bytes of an image (SPEC section 1).
package enum ImageHeader {
  package static let bytes: UInt32 = 16
  package static let crcBytes: UInt32 = 4
  /// "BNN" and SUB as a little-endian word.
  package static let magic: UInt32 = 0x1A4E_4E42
  package static let format: UInt16 = 1
  /// Largest image: every offset and size fits an Int of 32 bits.
  package static let imageBytesMax: UInt32 = 0x7FFF_FFFC

  /// Checks the header of an image in memory of `bytes` bytes, and returns its size.
  static func check(_ image: UnsafeRawPointer, bytes memory: Int) throws(Fault) -> UInt32 {
    guard memory >= (bytes &+ crcBytes).int else { throw .imageTruncated }
    guard image.load(as: UInt32.self) == magic else { throw .imageMagic }
    guard image.load(fromByteOffset: 4, as: UInt16.self) == format else { throw .imageFormat }
    let size = image.load(fromByteOffset: 8, as: UInt32.self)
    guard size & 3 == 0, size >= bytes &+ crcBytes else { throw .imageValue }
    guard size <= imageBytesMax, size.int <= memory else { throw .imageTruncated }
    return size
  }
}
