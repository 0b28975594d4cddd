// SPDX-License-Identifier: Apache-2.0
import TestSupport

@testable import BayNNCore
@testable import BayNNEngine
@testable import BayNNModel

/// A random network in three forms: image, opened model, and naive reference.
final class TestNetwork {
  let held: HeldModel
  let naive: OpaquePointer

  var image: UnsafeMutableRawPointer { held.image }
  var bytes: Int { held.bytes }
  var model: Model { held.model }

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
    let (image, bytes) = specs.withUnsafeBufferPointer { buffer in
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
    held = try HeldModel(owning: image, bytes: bytes)
    naive = naive_network_read(image, bytes)!
  }

  deinit { naive_network_free(naive) }

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
  private let held: HeldModel
  let session: UnsafeMutablePointer<Session>

  init(_ held: HeldModel, _ config: SessionConfig) throws {
    self.held = held
    bytes = try Session.storageBytes(held.view, config)
    storage = .allocate(byteCount: bytes + 64, alignment: 8)
    // What was there before must not matter.
    for i in 0..<bytes + 64 { storage.storeBytes(of: 0xA5, toByteOffset: i, as: UInt8.self) }
    session = try Session.make(in: storage, bytes: bytes, held.view, config)
  }

  deinit { storage.deallocate() }

  var isIntact: Bool {
    (0..<64).allSatisfy { storage.load(fromByteOffset: bytes + $0, as: UInt8.self) == 0xA5 }
  }
}

/// The sums of layers of one position under the exact posterior, taken as the layers run.
struct LeafSums {
  /// Those of the current leaf, once it has ended.
  private(set) var layers: [[Int32]]
  /// The layer of each site, first one first.
  private let siteLayers: [Int]
  private var mask = 0
  private var next = 0

  /// `outputs` of each layer.
  init(_ held: HeldModel, _ outputs: [Int]) throws {
    layers = outputs.map { [Int32](repeating: 0, count: $0) }
    var reader = LayerReader(held.view)
    var siteLayers: [Int] = []
    for layer in 0..<Int(held.model.layers) {
      try reader.next()
      siteLayers += [Int](repeating: layer, count: reader.found.site.bits)
    }
    self.siteLayers = siteLayers
  }

  /// Runs one piece; true if a leaf has ended with it.
  mutating func step(_ session: UnsafeMutablePointer<Session>) throws -> Bool {
    let before = session.leafCount
    try session.pointee.step(workMax: 0)
    guard session.leafCount == before else {
      mask += 1
      let changed = bitWidth(mask ^ (mask - 1))
      next = changed > siteLayers.count ? 0 : siteLayers[siteLayers.count - changed]
      return true
    }
    // The inputs of the first layer that decides are the same in all leaves: it does not count
    // them again.
    if mask == 0 || next > siteLayers[0] {
      for j in layers[next].indices { layers[next][j] = session.layerSum(next, j) }
    }
    next += 1
    return false
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
