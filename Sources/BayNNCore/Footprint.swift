// SPDX-License-Identifier: Apache-2.0

/// What a build trades: loops that are written out several times, and tables, take less time
/// and more code.
package enum Footprint {
  /// True in builds that are optimised for size (BAYNN_SMALL).
  @inline(__always)
  package static var isSmall: Bool {
    #if BAYNN_SMALL
      true
    #else
      false
    #endif
  }
}
