// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN
import Foundation

@testable import BayNNEngine
@testable import BayNNModel

extension LeafSequence {
  /// A sequence with the part of its posterior.
  init(_ posterior: Posterior, sites: SiteProbabilities, draws: UnsafeMutablePointer<UInt32>) {
    let part = try! PosteriorPart.find(posterior, in: baynn_parts_all)
    self.init(posterior, part, sites: sites, draws: draws)
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
    view.initialize(to: try Model(opening: image, bytes: bytes, baynn_parts_all))
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
