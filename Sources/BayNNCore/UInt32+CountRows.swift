// SPDX-License-Identifier: Apache-2.0
#if arch(arm)
  import _BayNNShims

  extension UInt32 {
    @inline(__always) package static var hasCountRows: Bool { BAYNN_HAS_COUNT_ROWS != 0 }

    /// Not inlined: a program has the loop once, however many kernels use it.
    @inline(never)
    package static func countRows(
      _ counter: UnsafeMutableRawPointer, _ column: UnsafeRawPointer,
      _ offsets: UnsafePointer<UInt32>, _ end: UnsafePointer<UInt32>
    ) {
      baynn_count_rows(
        counter.assumingMemoryBound(to: baynn_counter_t.self), column, offsets, end)
    }
  }
#endif
