// SPDX-License-Identifier: Apache-2.0
import Foundation

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

extension LeafSequence {
  /// A sequence with the part of its posterior.
  init(_ posterior: Posterior, sites: SiteProbabilities, draws: UnsafeMutablePointer<UInt32>) {
    self.init(posterior, posteriorPart(posterior.kind)!, sites: sites, draws: draws)
  }
}

/// A model at an address that stays, with the memory of its image.
final class HeldModel {
  let image: UnsafeMutableRawPointer
  let bytes: Int
  let view: UnsafeMutablePointer<Model>

  var model: Model { view.pointee }

  /// Takes over an image in memory that was allocated.
  init(owning image: UnsafeMutableRawPointer, bytes: Int) throws {
    self.image = image
    self.bytes = bytes
    view = .allocate(capacity: 1)
    view.initialize(to: try Model(opening: image, bytes: bytes, allParts))
  }

  /// Takes a copy of an image.
  convenience init(_ data: Data) throws {
    let image = UnsafeMutableRawPointer.allocate(byteCount: data.count, alignment: 8)
    data.copyBytes(to: UnsafeMutableRawBufferPointer(start: image, count: data.count))
    try self.init(owning: image, bytes: data.count)
  }

  deinit {
    view.deallocate()
    image.deallocate()
  }
}
