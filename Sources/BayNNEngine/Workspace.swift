// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Memory that layers share, because one of them works at a time.
struct Workspace {
  /// What a layer works in while it runs.
  let scratch: UnsafeMutableRawPointer
  /// Sums that layers keep between leaves.
  let kept: UnsafeMutableRawPointer
  /// What counts in the kernels' place; nil for the library's own kernels.
  let accelerator: UnsafeMutablePointer<Accelerator>?

  /// True if what has been counted last is void.
  var hasFailed: Bool { accelerator.map { $0.pointee.failure != 0 } ?? false }

  /// The shared memory, to be handed out as it was when the layer was placed.
  var arena: Arena { Arena(storage: scratch, bytes: .max) }
}
