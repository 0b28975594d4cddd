// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN

/// The status of a call: that of its fault, or BAYNN_OK.
@inline(__always)
func status(_ call: () throws(Fault) -> Void) -> baynn_status_t {
  do throws(Fault) {
    try call()
    return BAYNN_OK
  } catch {
    return error.status
  }
}

/// The pointer, or BAYNN_ERROR_NULL.
@inline(__always)
func require<T>(_ pointer: T?) throws(Fault) -> T {
  guard let pointer else { throw .null }
  return pointer
}

/// Throws BAYNN_ERROR_ALIGNMENT unless the address is a multiple of `alignment`, a power of two.
@inline(__always)
func requireAligned(_ pointer: UnsafeRawPointer, to alignment: Int) throws(Fault) {
  guard UInt(bitPattern: pointer) & UInt(bitPattern: alignment &- 1) == 0 else {
    throw .alignment
  }
}

/// Storage of the caller, or BAYNN_ERROR_NULL or BAYNN_ERROR_ALIGNMENT.
@inline(__always)
func requireStorage(_ storage: UnsafeMutableRawPointer?) throws(Fault) -> UnsafeMutableRawPointer {
  let storage = try require(storage)
  try requireAligned(storage, to: BAYNN_STORAGE_ALIGNMENT.int)
  return storage
}

/// A size_t as an Int: a size above PTRDIFF_MAX, which arrives as a negative number,
/// counts as the largest one.
@inline(__always)
func size(_ bytes: Int) -> Int { bytes < 0 ? .max : bytes }
