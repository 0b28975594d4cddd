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

  /// False if there is one leaf only.
  var hasOtherLeaves: Bool {
    if case .deterministic = self { false } else { true }
  }
}

/// How a session works.
package struct SessionConfig {
  package static let exactSitesMax = 16
  package static let passesMax = 4096
  package static let passesDefault = 20
  /// 1/1024: at most 1024 leaves.
  package static let cutDefault: UInt32 = 1 << 21
  /// 1/20.
  package static let stopErrorDefault: UInt32 = (1 << 31) / 20
  /// The default posterior is exact up to this many sites.
  package static let exactSitesDefaultMax = 10

  package var posterior: Posterior
  /// Keep the sums of every layer, so that a change costs only the bits that differ.
  package var keepsSums: Bool
  /// Number of the first inference in the stream of random draws.
  package var firstCall: UInt64
  /// Stop as soon as the label is settled: for certain or, if sampled, with an error
  /// probability of at most this, Q31.
  package var stopsBelow: UInt32?

  package init(
    posterior: Posterior, keepsSums: Bool = true, firstCall: UInt64 = 0,
    stopsBelow: UInt32? = nil
  ) {
    self.posterior = posterior
    self.keepsSums = keepsSums
    self.firstCall = firstCall
    self.stopsBelow = stopsBelow
  }

  /// The posterior of a session that does not name one.
  package static func defaultPosterior(
    _ model: UnsafePointer<Model>, cut: UInt32 = cutDefault, passes: Int = passesDefault,
    seed: UInt64 = 0
  ) -> Posterior {
    if model.pointee.wideLayers > 0 { return .sampled(passes: passes, seed: seed) }
    return model.pointee.sites <= exactSitesDefaultMax ? .exact : .certified(cut: cut)
  }

  @inline(never)
  func check(_ model: UnsafePointer<Model>) throws(Fault) {
    // Only one label can be settled.
    if stopsBelow != nil, model.pointee.positions > 1 || model.pointee.outputs > 0 {
      throw .argument
    }
    switch posterior {
    case .exact:
      guard model.pointee.sites <= SessionConfig.exactSitesMax else { throw .posterior }
    case .certified: break
    case .sampled, .deterministic: return
    }
    guard model.pointee.wideLayers == 0 else { throw .posterior }
  }
}
