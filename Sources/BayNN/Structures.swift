// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN

/// A structure of the C header that begins with struct_bytes and grows at its end only. The
/// caller's may be that of an older or a newer header.
protocol Structure {
  /// Its size when it was first published, which never changes, in bytes: a smaller one is refused.
  static var publishedBytes: Int { get }
  var struct_bytes: UInt32 { get set }
  init()
}

extension Structure {
  /// It has more members than when it was published; else every caller has all of them.
  @inline(__always)
  fileprivate static var hasGrown: Bool { MemoryLayout<Self>.size > publishedBytes }
}

/// A copy of a structure that the caller has filled in; members that it lacks are 0.
///
/// Errors: BAYNN_ERROR_NULL, BAYNN_ERROR_ALIGNMENT, BAYNN_ERROR_ARGUMENT (struct_bytes, or a
/// member that this library does not know and that is not 0).
@inline(__always)
func read<T: Structure>(_ theirs: UnsafePointer<T>?) throws(Fault) -> T {
  let known = try requireKnown(theirs)
  guard T.hasGrown else { return known.pointee }
  var ours = T()
  let bytes = min(Int(truncatingIfNeeded: known.pointee.struct_bytes), MemoryLayout<T>.size)
  withUnsafeMutablePointer(to: &ours) {
    UnsafeMutableRawPointer($0).copyMemory(from: known, byteCount: bytes)
  }
  return ours
}

/// A structure that `read` would take, where it lies: the members that were published first are
/// there.
@inline(__always)
func requireKnown<T: Structure>(_ theirs: UnsafePointer<T>?) throws(Fault) -> UnsafePointer<T> {
  try checkStructure(
    theirs, publishedBytes: T.publishedBytes, zeroFrom: MemoryLayout<T>.size,
    alignment: MemoryLayout<T>.alignment
  ).assumingMemoryBound(to: T.self)
}

/// A structure of the caller that is to receive a result.
struct Output<T: Structure> {
  private let theirs: UnsafeMutablePointer<T>

  /// Errors: BAYNN_ERROR_NULL, BAYNN_ERROR_ALIGNMENT, BAYNN_ERROR_ARGUMENT (struct_bytes).
  @inline(__always)
  init(_ theirs: UnsafeMutablePointer<T>?) throws(Fault) {
    let checked = try checkStructure(
      theirs, publishedBytes: T.publishedBytes, zeroFrom: structBytesMax,
      alignment: MemoryLayout<T>.alignment)
    self.theirs = UnsafeMutableRawPointer(mutating: checked).assumingMemoryBound(to: T.self)
  }

  /// Writes the members that both sides know; struct_bytes and what lies behind them stay.
  @inline(__always)
  func write(_ result: T) {
    var ours = result
    ours.struct_bytes = theirs.pointee.struct_bytes
    guard T.hasGrown else {
      theirs.pointee = ours
      return
    }
    let bytes = min(Int(truncatingIfNeeded: ours.struct_bytes), MemoryLayout<T>.size)
    withUnsafePointer(to: &ours) {
      UnsafeMutableRawPointer(theirs).copyMemory(from: $0, byteCount: bytes)
    }
  }
}

/// The largest struct_bytes; the header says so.
private var structBytesMax: Int { Int(truncatingIfNeeded: BAYNN_STRUCT_BYTES_MAX) }

/// Checks a structure of the caller, of which the bytes from `zeroFrom` on must be 0.
@inline(never)
private func checkStructure(
  _ theirs: UnsafeRawPointer?, publishedBytes: Int, zeroFrom: Int, alignment: Int
) throws(Fault) -> UnsafeRawPointer {
  let theirs = try require(theirs)
  try requireAligned(theirs, to: alignment)
  let bytes = Int(truncatingIfNeeded: theirs.load(as: UInt32.self))
  // A size that is negative as an Int of 32 bits is too small.
  guard bytes >= publishedBytes, bytes <= structBytesMax else { throw .argument }
  var offset = zeroFrom
  while offset < bytes {
    guard theirs.load(fromByteOffset: offset, as: UInt8.self) == 0 else { throw .argument }
    offset &+= 1
  }
  return theirs
}
