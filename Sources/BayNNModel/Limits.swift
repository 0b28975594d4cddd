// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Bounds that the format puts on a model.
package enum Limits {
  /// Inputs and outputs of a layer, and classes.
  package static let lanesMax: UInt32 = 65535
  package static let layersMax = 64
  /// Tensors, besides the last one, that a later layer takes.
  static let waitingMax = 8
  /// Elements of a tensor.
  package static let elementsMax: UInt64 = 0x100_0000
  package static let sitesMax = 32
  /// n * maximum of a layer's inputs stays below this.
  package static let sumEnd = 1 << 24
  /// Rows added to words of outputs in a row of positions, and elements that a pool looks at: work
  /// that no byte of an image pays for stays small (SPEC section 1).
  package static let stepsMax: UInt64 = 0x800_0000
  /// Sites of a model with known answers.
  package static let knownAnswerSitesMax = 10
}
