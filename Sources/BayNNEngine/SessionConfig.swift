// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Which leaves a prediction averages over.
package enum Posterior {
  /// All of them.
  case exact
  /// Those whose mass, in Q31, is at least `cut`.
  case certified(cut: UInt32)
  /// Those of `passes` random draws.
  case sampled(passes: Int, seed: UInt64)
  /// The one that keeps every scale.
  case deterministic
}

/// How a session works.
package struct SessionConfig {
  package static let exactSitesMax = 16
  package static let passesMax = 4096
  package static let passesDefault = 20
  /// 1/1024: at most 1024 leaves.
  package static let cutDefault: UInt32 = 1 << 21
  /// The default posterior is exact up to this many sites.
  package static let exactSitesDefaultMax = 10

  package var posterior: Posterior
  /// Keep the sums of every layer, so that a change costs only the bits that differ.
  package var keepsSums: Bool
  /// Number of the first inference in the stream of random draws.
  package var firstCall: UInt64

  package init(posterior: Posterior, keepsSums: Bool = true, firstCall: UInt64 = 0) {
    self.posterior = posterior
    self.keepsSums = keepsSums
    self.firstCall = firstCall
  }

  /// The posterior of a session that does not name one.
  package static func defaultPosterior(sites: UInt32, cut: UInt32 = cutDefault) -> Posterior {
    sites <= exactSitesDefaultMax ? .exact : .certified(cut: cut)
  }

  func check(sites: UInt32) throws(Fault) {
    if case .exact = posterior, sites > SessionConfig.exactSitesMax { throw .posterior }
  }
}
