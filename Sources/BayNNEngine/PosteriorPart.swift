// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A posterior, as a program names it: which leaves there are, and when their label is settled.
package struct PosteriorPart {
  /// Goes to the first leaf of a `LeafSequence`, for an inference of this number, with an
  /// accelerator or without.
  package typealias StartFunction =
    @convention(c) (
      _ leaves: UnsafeMutableRawPointer, _ call: UInt64, _ accelerator: UnsafeMutableRawPointer?
    ) -> Void
  /// Goes to the next leaf and returns 1; or returns 0, and changes nothing, after the last
  /// one.
  package typealias AdvanceFunction = @convention(c) (_ leaves: UnsafeMutableRawPointer) -> UInt32
  /// How sure it is that the label of a `Session` stays as it is: a `Session.Settlement`.
  package typealias SettleFunction = @convention(c) (_ session: UnsafeMutableRawPointer) -> UInt8

  package let start: StartFunction
  package let advance: AdvanceFunction
  package let settle: SettleFunction

  package init(
    start: StartFunction, advance: AdvanceFunction, settle: SettleFunction
  ) {
    self.start = start
    self.advance = advance
    self.settle = settle
  }

  /// The part of a posterior in a set.
  ///
  /// - Throws: `part` if the set does not have it.
  @inline(never)
  static func find(_ posterior: Posterior, in parts: Parts) throws(Fault) -> PosteriorPart {
    var part: PosteriorPart?
    parts(posterior.kind, &part)
    guard let part else { throw .part }
    return part
  }
}

extension Posterior {
  /// Its kind as a part: what the C header adds to the number of a posterior.
  package static let kinds: UInt32 = 0x1_0000

  package var kind: UInt32 {
    switch self {
    case .exact: Posterior.kinds + 1
    case .certified: Posterior.kinds + 2
    case .sampled: Posterior.kinds + 3
    case .deterministic: Posterior.kinds + 4
    }
  }
}
