// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import BayNNCore
@testable import BayNNEngine
@testable import BayNNModel

@Suite struct SessionTests {
  static let posteriors: [(Posterior, naive_config_t)] = [
    (.exact, naive(NAIVE_EXACT)),
    (.certified(cut: 1 << 28), naive(NAIVE_CERTIFIED, cut: 1 << 28)),
    (.sampled(passes: 20, seed: 0x1234_5678_9ABC_DEF0), naive(NAIVE_SAMPLED)),
    (.deterministic, naive(NAIVE_DETERMINISTIC)),
  ]

  private static func naive(_ posterior: naive_posterior_t, cut: UInt32 = 0) -> naive_config_t {
    naive_config_t(
      posterior: posterior, cut_q31: cut, passes: 20, seed: 0x1234_5678_9ABC_DEF0, call: 5,
      leaves_max: 0)
  }

  /// Whatever is shared between leaves and however memory is used: the results are those
  /// of evaluating every leaf, or every draw, on its own.
  private func check(_ network: TestNetwork, inputs: Int = 3) throws {
    for (posterior, naive) in SessionTests.posteriors {
      for keepsSums in [true, false] {
        let config = SessionConfig(posterior: posterior, keepsSums: keepsSums, firstCall: 5)
        let test = try TestSession(network.held, config)
        for index in 0..<inputs {
          let input = network.input(seed: UInt64(index), density: [0.5, 0.1, 0.9][index % 3])
          let prediction = try test.session.infer(input, bytes: input.count)
          var expected = naive_prediction_t()
          var naive = naive
          naive.call = 5 + UInt64(index)
          var probabilities = [UInt32](repeating: 0, count: test.session.probabilityCount)
          naive_predict(network.naive, input, &naive, &expected, &probabilities)
          #expect(prediction == Prediction(expected))
          #expect(
            probabilities
              == probabilities.indices.map { test.session.probability($0) })
        }
        #expect(test.isIntact)
      }
    }
  }

  @Test(arguments: [1, 31, 32, 33, 63, 64, 65, 127, 128, 129])
  func equalsTheNaiveLoop(size: Int) throws {
    for maximum in [1, 2, 16, 255] {
      try check(
        TestNetwork(
          inputs: size, maximum: maximum, layers: [65, size], sites: 2, seed: UInt64(size)))
      try check(
        TestNetwork(
          inputs: 33, maximum: maximum, layers: [size, 31], sites: 2, classes: 33,
          seed: UInt64(size)))
    }
  }

  @Test(arguments: 0...6)
  func equalsTheNaiveLoopForAnyNumberOfSites(sites: Int) throws {
    for drop in [0.00002, 0.15, 0.5, 0.99998] {
      try check(
        TestNetwork(
          inputs: 40, maximum: 16, layers: [70, 40, 30, 33, 64, 20], sites: sites, drop: drop,
          spread: 1.5, seed: UInt64(sites)), inputs: 2)
    }
  }

  /// Layers longer than one list of rows.
  @Test func equalsTheNaiveLoopInLargeLayers() throws {
    try check(TestNetwork(inputs: 1200, maximum: 255, layers: [1100, 1030], sites: 2), inputs: 2)
  }

  /// The integers of every hidden layer, leaf by leaf.
  @Test(arguments: [1, 255])
  func sumsEqualTheReference(maximum: Int) throws {
    let network = try TestNetwork(
      inputs: 100, maximum: maximum, layers: [96, 70, 33], sites: 3, spread: 0.5)
    let test = try TestSession(network.held, SessionConfig(posterior: .exact))
    for seed in UInt64(0)..<4 {
      let input = network.input(seed: seed, density: [0.5, 0.05, 0.95, 0.5][Int(seed)])
      try test.session.pointee.begin(input, bytes: input.count)
      var mask: UInt32 = 0
      var sums = try LeafSums(network.held, [96, 70, 33])
      while !test.session.pointee.isFinished {
        guard try sums.step(test.session) else { continue }
        let leaf = naive_leaf_evaluate(network.naive, input, mask)!
        for (index, outputs) in [96, 70, 33].enumerated() {
          for j in 0..<outputs { #expect(sums.layers[index][j] == leaf.pointee.sums[index]![j]) }
        }
        for k in 0..<5 {
          #expect(test.session.headSum(k) == leaf.pointee.head_sums[k])
        }
        naive_leaf_free(network.naive, leaf)
        mask += 1
      }
      #expect(mask == 8)
    }
  }

  /// One piece at a time: the same end, and a valid result from the first leaf on.
  @Test func steppingEqualsOneCall() throws {
    let network = try TestNetwork(inputs: 64, maximum: 16, layers: [128, 64, 32], sites: 3)
    for (posterior, naive) in SessionTests.posteriors {
      for workMax in [UInt32(0), 1, 100, 1000, .max] {
        let config = SessionConfig(posterior: posterior, firstCall: 5)
        let test = try TestSession(network.held, config)
        let input = network.input(seed: 3)
        try test.session.pointee.begin(input, bytes: input.count)
        var calls = 0
        while !test.session.pointee.isFinished {
          try test.session.pointee.step(workMax: workMax)
          calls += 1
          guard test.session.pointee.hasResult else { continue }
          let anytime = try test.session.result()
          var naive = naive
          naive.leaves_max = anytime.leaves
          var expected = naive_prediction_t()
          naive_predict(network.naive, input, &naive, &expected, nil)
          #expect(anytime == Prediction(expected))
        }
        let once = try TestSession(network.held, config)
        let whole = try once.session.infer(input, bytes: input.count)
        #expect(try test.session.result() == whole)
        if workMax == .max { #expect(calls == 1) }
      }
    }
  }

  @Test func refusesWhatItCannotTake() throws {
    let network = try TestNetwork(inputs: 20, maximum: 7, layers: [20], sites: 1)
    let test = try TestSession(network.held, SessionConfig(posterior: .exact))
    #expect(throws: Fault.state) { try test.session.pointee.step(workMax: 1) }
    #expect(throws: Fault.state) { try test.session.result() }
    let input = network.input(seed: 1)
    try test.session.pointee.begin(input, bytes: 20)
    #expect(throws: Fault.noResult) { try test.session.result() }
    let prediction = try test.session.infer(input, bytes: 20)
    var high = input
    high[19] = 8
    #expect(throws: Fault.inputRange) { try test.session.pointee.begin(high, bytes: 20) }
    #expect(throws: Fault.inputSize) { try test.session.pointee.begin(input, bytes: 19) }
    #expect(try test.session.result() == prediction)
  }

  /// A weight that changes after the image was opened gives other numbers, no harm.
  @Test func damageAfterOpeningStaysInside() throws {
    let network = try TestNetwork(inputs: 64, maximum: 1, layers: [64, 33], sites: 2)
    var state: UInt64 = 9
    for keepsSums in [true, false] {
      for _ in 0..<300 {
        let offset = Int(image_random(&state) % UInt64(network.bytes))
        let byte = network.image.load(fromByteOffset: offset, as: UInt8.self)
        let damaged = UInt8(truncatingIfNeeded: image_random(&state))
        network.image.storeBytes(of: damaged, toByteOffset: offset, as: UInt8.self)
        let config = SessionConfig(posterior: .exact, keepsSums: keepsSums)
        if let test = try? TestSession(network.held, config) {
          let input = network.input(seed: 1)
          _ = try test.session.infer(input, bytes: input.count)
          #expect(test.isIntact)
        }
        network.image.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
      }
    }
  }
}
