// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN

@c @implementation
public func baynn_crc32(_ crc: UInt32, _ data: UnsafeRawPointer?, _ bytes: Int) -> UInt32 {
  guard let data, bytes > 0 else { return crc }
  return Checksum.crc32(crc, data, bytes: bytes)
}
