// SPDX-License-Identifier: Apache-2.0
import BayNNEngine
import CBayNN

/// The pointer, or BAYNN_ERROR_NULL.
@inline(__always)
func require<T>(_ pointer: T?) throws(Failure) -> T {
  guard let pointer else { throw Failure(BAYNN_ERROR_NULL) }
  return pointer
}

/// Checks `struct_bytes` of a structure against its first published size.
@inline(__always)
func requireStruct<T>(_ type: T.Type, bytes: UInt32) throws(Failure) {
  guard bytes >= UInt32(truncatingIfNeeded: MemoryLayout<T>.size) else {
    throw Failure(BAYNN_ERROR_ARGUMENT)
  }
}

@inline(__always)
func requireAligned(_ pointer: UnsafeRawPointer, to alignment: UInt) throws(Failure) {
  guard UInt(bitPattern: pointer) & (alignment &- 1) == 0 else {
    throw Failure(BAYNN_ERROR_ALIGNMENT)
  }
}

/// A size_t as an Int: a size above PTRDIFF_MAX, which arrives as a negative number,
/// counts as the largest one.
@inline(__always)
func size(_ bytes: Int) -> Int { bytes < 0 ? .max : bytes }
