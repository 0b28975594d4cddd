// SPDX-License-Identifier: Apache-2.0
#if arch(arm)
  import _BayNNShims
#endif

extension UnsafePointer<UInt32> {
  /// The same pointer, which the compiler keeps in a register of its own from round to round.
  ///
  /// Why: with few registers it is worth two additions a round. The compiler would rather add an
  /// index to two bases, for each load, and spill what is left over.
  @inline(__always)
  var walking: UnsafePointer<UInt32> {
    #if arch(arm)
      baynn_walking(self)
    #else
      self
    #endif
  }
}
