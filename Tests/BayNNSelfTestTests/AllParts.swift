// SPDX-License-Identifier: Apache-2.0
@testable import BayNNEngine
@testable import BayNNModel

/// Every layer, head and posterior of the library, as a program names a set of parts.
func allParts(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  guard let part else { return }
  if let found = layerPart(kind) {
    part.assumingMemoryBound(to: LayerPart?.self).pointee = found
  }
  if let found = posteriorPart(kind) {
    part.assumingMemoryBound(to: PosteriorPart?.self).pointee = found
  }
}

private func layerPart(_ kind: UInt32) -> LayerPart? {
  switch UInt16(exactly: kind) {
  case SectionKind.dense: .dense
  case SectionKind.convolution: .convolution
  case SectionKind.affine: .affine
  case SectionKind.normalization: .normalization
  case SectionKind.pool: .pool
  case SectionKind.add: .add
  case SectionKind.concatenate: .concatenate
  case SectionKind.upsample: .upsample
  case SectionKind.lstm: .lstm
  case SectionKind.softmax: .softmax
  case SectionKind.classification: .classification
  case SectionKind.regression: .regression
  default: nil
  }
}

private func posteriorPart(_ kind: UInt32) -> PosteriorPart? {
  switch kind {
  case Posterior.exact.kind: .exact
  case Posterior.certified(cut: 0).kind: .certified
  case Posterior.sampled(passes: 0, seed: 0).kind: .sampled
  case Posterior.deterministic.kind: .deterministic
  default: nil
  }
}
