// SPDX-License-Identifier: Apache-2.0
import TestSupport

@testable import BayNNCore
@testable import BayNNEngine
@testable import BayNNModel

/// A random network in three forms: image, opened model, and naive reference.
final class TestNetwork {
  let image: UnsafeMutableRawPointer
  let bytes: Int
  let model: Model
  let naive: OpaquePointer

  /// `sites` of the layers, the first ones, are stochastic.
  init(
    inputs: Int, maximum: Int = 1, layers: [Int], sites: Int, classes: Int = 5,
    drop: Double = 0.15, spread: Double = 0.2, seed: UInt64 = 1
  ) throws {
    let specs = layers.enumerated().map { index, outputs in
      image_layer_t(
        outputs: UInt32(outputs), states: index < sites ? 2 : 1,
        drop_probability: index < sites ? UInt32(drop * 65536) : 0)
    }
    (image, bytes) = specs.withUnsafeBufferPointer { buffer in
      var spec = image_spec_t()
      spec.height = 1
      spec.width = UInt32(inputs)
      spec.channels = 1
      spec.maximum = UInt32(maximum)
      spec.layers = buffer.baseAddress
      spec.layer_count = UInt32(layers.count)
      spec.classes = UInt32(classes)
      spec.seed = seed
      spec.scale_spread_q16 = UInt32(spread * 65536)
      let bytes = image_builder_bytes(&spec)
      let image = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
      precondition(image_builder_build(&spec, image, bytes) == bytes)
      return (image, bytes)
    }
    model = try Model(opening: image, bytes: bytes)
    naive = naive_network_read(image, bytes)!
  }

  deinit {
    naive_network_free(naive)
    image.deallocate()
  }

  /// A random input; about a share of `density` of its elements are not 0.
  func input(seed: UInt64, density: Double = 0.5) -> [UInt8] {
    var state = seed
    return (0..<Int(model.input.elements)).map { _ in
      let word = image_random(&state)
      let isActive = Double(word >> 40) < density * Double(1 << 24)
      return isActive ? UInt8(1 + (word & 0xFFFF) % UInt64(model.input.maximum)) : 0
    }
  }
}

/// A session with its storage, and a guard behind it.
final class TestSession {
  private let storage: UnsafeMutableRawPointer
  private let bytes: Int
  let session: UnsafeMutablePointer<Session>

  init(_ model: Model, _ config: SessionConfig) throws {
    bytes = try Session.storageBytes(model, config)
    storage = .allocate(byteCount: bytes + 64, alignment: 8)
    // What was there before must not matter.
    for i in 0..<bytes + 64 { storage.storeBytes(of: 0xA5, toByteOffset: i, as: UInt8.self) }
    session = try Session.make(in: storage, bytes: bytes, model, config)
  }

  deinit { storage.deallocate() }

  var isIntact: Bool {
    (0..<64).allSatisfy { storage.load(fromByteOffset: bytes + $0, as: UInt8.self) == 0xA5 }
  }
}

extension Prediction {
  /// The naive reference's prediction in the same form.
  init(_ naive: naive_prediction_t) {
    self.init(
      label: naive.label, leaves: naive.leaves, samples: naive.samples,
      probability: naive.probability_q31, entropy: naive.entropy_q16,
      mutualInformation: naive.mutual_information_q16, mass: naive.mass_q31)
  }
}
