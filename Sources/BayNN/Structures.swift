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

/// The largest struct_bytes; the header says so.
private let structBytesMax = Int(truncatingIfNeeded: BAYNN_STRUCT_BYTES_MAX)

/// A copy of a structure that the caller has filled in; members that it lacks are 0.
///
/// Errors: BAYNN_ERROR_NULL, BAYNN_ERROR_ALIGNMENT, BAYNN_ERROR_ARGUMENT (struct_bytes, or a
/// member that this library does not know and that is not 0).
@inline(__always)
func read<T: Structure>(_ theirs: UnsafePointer<T>?) throws(Fault) -> T {
  var ours = T()
  try copy(
    from: theirs, to: &ours, bytes: MemoryLayout<T>.size, publishedBytes: T.publishedBytes,
    alignment: MemoryLayout<T>.alignment)
  return ours
}

/// Checks a structure as `read` does. It is used where it lies: its published members are there.
@inline(__always)
func requireKnown<T: Structure>(_ theirs: UnsafePointer<T>?) throws(Fault) -> UnsafePointer<T> {
  _ = try read(theirs)
  return try require(theirs)
}

/// A structure of the caller that is to receive a result.
struct Output<T: Structure> {
  private let theirs: UnsafeMutableRawPointer
  private let bytes: Int

  /// Errors: BAYNN_ERROR_NULL, BAYNN_ERROR_ALIGNMENT, BAYNN_ERROR_ARGUMENT (struct_bytes).
  @inline(__always)
  init(_ theirs: UnsafeMutablePointer<T>?) throws(Fault) {
    bytes = try structBytes(
      theirs, publishedBytes: T.publishedBytes, alignment: MemoryLayout<T>.alignment)
    self.theirs = UnsafeMutableRawPointer(try require(theirs))
  }

  /// Writes the members that both sides know; struct_bytes and what lies behind them stay.
  @inline(__always)
  func write(_ ours: T) {
    var ours = ours
    ours.struct_bytes = UInt32(truncatingIfNeeded: bytes)
    theirs.copyMemory(from: &ours, byteCount: min(bytes, MemoryLayout<T>.size))
  }
}

@inline(never)
private func structBytes(
  _ theirs: UnsafeRawPointer?, publishedBytes: Int, alignment: Int
) throws(Fault) -> Int {
  let theirs = try require(theirs)
  try requireAligned(theirs, to: alignment)
  let bytes = theirs.load(as: UInt32.self)
  guard bytes <= structBytesMax, bytes >= publishedBytes else { throw .argument }
  return Int(truncatingIfNeeded: bytes)
}

@inline(never)
private func copy(
  from theirs: UnsafeRawPointer?, to ours: UnsafeMutableRawPointer, bytes: Int,
  publishedBytes: Int, alignment: Int
) throws(Fault) {
  let theirBytes = try structBytes(theirs, publishedBytes: publishedBytes, alignment: alignment)
  let theirs = try require(theirs)
  var offset = bytes
  while offset < theirBytes {
    guard theirs.load(fromByteOffset: offset, as: UInt8.self) == 0 else { throw .argument }
    offset &+= 1
  }
  ours.copyMemory(from: theirs, byteCount: min(theirBytes, bytes))
}
