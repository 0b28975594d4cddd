// SPDX-License-Identifier: Apache-2.0
#if arch(arm)
  import _BayNNShims

  extension UInt32 {
    @inline(__always) package static var hasCountRows: Bool { BAYNN_HAS_COUNT_ROWS != 0 }

    /// Not inlined: a program has the loop once, however many kernels use it.
    @inline(never)
    package static func countRows(
      _ planes: UnsafePointer<ColumnPlanes>, _ list: UnsafePointer<ColumnList>,
      _ end: UnsafePointer<ColumnList>
    ) {
      baynn_count_rows(
        UnsafeRawPointer(planes).assumingMemoryBound(to: baynn_planes_t.self),
        UnsafeRawPointer(list).assumingMemoryBound(to: baynn_list_t.self),
        UnsafeRawPointer(end).assumingMemoryBound(to: baynn_list_t.self))
    }
  }
#endif
