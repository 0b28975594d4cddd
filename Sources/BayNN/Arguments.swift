// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import CBayNN

/// The pointer, or BAYNN_ERROR_NULL.
@inline(__always)
func require<T>(_ pointer: T?) throws(Fault) -> T {
  guard let pointer else { throw .null }
  return pointer
}

/// Checks `struct_bytes` of a structure against its first published size.
@inline(__always)
func requireStruct<T>(_ type: T.Type, bytes: UInt32) throws(Fault) {
  guard bytes >= UInt32(truncatingIfNeeded: MemoryLayout<T>.size) else {
    throw .argument
  }
}

@inline(__always)
func requireAligned(_ pointer: UnsafeRawPointer, to alignment: UInt) throws(Fault) {
  guard UInt(bitPattern: pointer) & (alignment &- 1) == 0 else {
    throw .alignment
  }
}

/// A size_t as an Int: a size above PTRDIFF_MAX, which arrives as a negative number,
/// counts as the largest one.
@inline(__always)
func size(_ bytes: Int) -> Int { bytes < 0 ? .max : bytes }
