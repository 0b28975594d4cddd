// SPDX-License-Identifier: Apache-2.0
#if arch(arm)
  import _BayNNShims

  extension UInt32 {
    @inline(__always) package static var hasCountRows: Bool { BAYNN_HAS_COUNT_ROWS != 0 }

    /// Not inlined: a program has the loop once, however many kernels use it.
    @inline(never)
    package static func countRows(
      _ local: UnsafeMutableRawPointer, _ column: UnsafeRawPointer,
      _ offsets: UnsafePointer<UInt32>, _ count: Int, plane: UnsafeMutableRawPointer,
      _ rowBytes: Int, end: UnsafeMutableRawPointer, mask: UInt32
    ) {
      baynn_count_rows(
        local.assumingMemoryBound(to: UInt32.self), column, offsets, offsets + count,
        plane.assumingMemoryBound(to: UInt32.self), UInt32(truncatingIfNeeded: rowBytes),
        UnsafePointer(end.assumingMemoryBound(to: UInt32.self)), mask)
    }
  }
#endif
