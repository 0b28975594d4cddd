// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import BayNNCore
@testable import BayNNEngine
@testable import BayNNModel

/// The fast ways to count a convolution give every tensor that the definition gives.
@Suite struct ConvolutionTests {
  /// A network around one convolution, with its definition.
  private struct Network: CustomStringConvertible {
    let spec: convolution_network_t
    let held: HeldModel

    init(_ spec: convolution_network_t) throws {
      self.spec = spec
      var spec = spec
      let bytes = convolution_network_bytes(&spec)
      let image = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
      precondition(convolution_network_build(&spec, image, bytes) == bytes)
      held = try HeldModel(owning: image, bytes: bytes)
    }

    var description: String { "\(spec)" }

    /// The layer of the convolution.
    var index: Int { spec.affine_states > 0 ? 1 : 0 }

    func weights() throws -> WeightMatrix {
      var reader = LayerReader(held.view)
      while true {
        try reader.next()
        if reader.layers == index + 1, let weights = reader.found.weights { return weights }
      }
    }

    func input(_ random: inout SeededGenerator, density: Double) -> [UInt8] {
      (0..<Int(held.model.input.elements)).map { _ in
        Double.random(in: 0..<1, using: &random) < density
          ? UInt8.random(in: 1...UInt8(spec.maximum), using: &random) : 0
      }
    }

    /// What the convolution makes of a source under a state: codes or integers.
    func output(_ source: Tensor, _ weights: WeightMatrix, state: Int) -> [Int32] {
      var layer = spec.convolution
      let shape = source.shape
      let bound = Int32(shape.bound)
      let values = (0..<shape.elements).map {
        let value = source.value($0 / shape.channels, $0 % shape.channels)
        return shape.kind == .input && layer.is_signed != 0 ? 2 * value - bound : value
      }
      let outputs = Int(layer.outputs)
      var sums = [Int32](repeating: 0, count: Int(layer.height * layer.width) * outputs)
      naive_convolution(
        &layer, UInt32(shape.height), UInt32(shape.width), UInt32(shape.channels), values,
        weights.rows, &sums)
      guard layer.states > 0 else { return sums }
      let thresholds = weights.thresholds(state: state)
      let planes = BitMatrix(
        base: UnsafeMutablePointer(mutating: thresholds.planes), rows: thresholds.planeCount,
        words: weights.words)
      let levels = (0..<outputs).map { Int32(planes.integer(lane: $0)) - Int32(weights.sumMax) }
      return sums.indices.map {
        let j = $0 % outputs
        let isInverted = thresholds.inversions[j / 32] >> UInt32(j % 32) & 1 == 1
        return (sums[$0] >= levels[j]) != isInverted ? 1 : 0
      }
    }
  }

  /// The elements of a tensor as codes or integers.
  private func elements(_ tensor: Tensor) -> [Int32] {
    let shape = tensor.shape
    return (0..<shape.elements).map {
      shape.kind == .integers
        ? tensor.integers[$0]
        : Int32(tensor.code($0 / shape.channels, $0 % shape.channels))
    }
  }

  private func method(_ test: TestSession, _ index: Int) -> SumState.Method {
    test.session.pointee.layers[index].state.assumingMemoryBound(to: SumState.self).pointee.method
  }

  /// Some inputs in one session, leaf by leaf, with inferences that are broken off between.
  ///
  /// - Returns: the method in use.
  private func check(_ network: Network, seed: UInt64) throws -> SumState.Method {
    var random = SeededGenerator(seed: seed)
    let weights = try network.weights()
    let fast = try TestSession(network.held, SessionConfig(posterior: .exact))
    let plain = try TestSession(
      network.held, SessionConfig(posterior: .exact, keepsSums: false))
    var isRight = true
    for density in [0.5, 0, 0.9, 0.1, 1] {
      let other = network.input(&random, density: 0.5)
      try fast.session.pointee.begin(other, bytes: other.count)
      for _ in 0..<Int.random(in: 0...8, using: &random) where !fast.session.pointee.isFinished {
        try fast.session.pointee.step(workMax: 0)
      }
      let input = network.input(&random, density: density)
      try fast.session.pointee.begin(input, bytes: input.count)
      while !fast.session.pointee.isFinished {
        let before = fast.session.leafCount
        let mask = fast.session.pointee.pass.mask
        try fast.session.pointee.step(workMax: 0)
        guard fast.session.leafCount > before else { continue }
        let state = fast.session.pointee.layers[network.index].site.state(mask)
        let source = fast.session.tensor(network.index)
        let output = fast.session.tensor(network.index + 1)
        isRight =
          isRight && elements(output) == network.output(source, weights, state: state)
      }
      let prediction = try plain.session.infer(input, bytes: input.count)
      isRight = try isRight && fast.session.result() == prediction
      for number in 0...fast.session.pointee.layerCount {
        isRight =
          isRight
          && elements(fast.session.tensor(number))
            == elements(plain.session.tensor(number))
      }
    }
    #expect(isRight, "\(network)")
    #expect(fast.isIntact && plain.isIntact, "\(network)")
    let slow = method(plain, network.index)
    #expect(slow == .gathering || slow == .rows)
    return method(fast, network.index)
  }

  /// One axis: kernel, stride, pad, and sizes of map and output, of which the last window sees
  /// something.
  private static func axis(
    _ random: inout SeededGenerator, kernels: [UInt32] = [1, 2, 3, 3, 4, 5, 7]
  ) -> (kernel: UInt32, stride: UInt32, pad: UInt32, size: UInt32, outputs: UInt32) {
    let kernel = kernels.randomElement(using: &random)!
    let stride = UInt32.random(in: 1...3, using: &random)
    let pad = UInt32.random(in: 0..<kernel, using: &random)
    let size = kernel + UInt32.random(in: 0...5, using: &random)
    // Not always the number that a symmetric border gives.
    let most = (size + pad - 1) / stride + 1
    return (kernel, stride, pad, size, UInt32.random(in: 1...most, using: &random))
  }

  private static func network(
    _ random: inout SeededGenerator, isFlat: Bool, outputs: UInt32, isSigned: Bool
  ) -> convolution_network_t {
    let y = axis(&random, kernels: isFlat ? [1] : [1, 2, 3, 3, 4, 5])
    let x = axis(&random)
    var spec = convolution_network_t()
    (spec.height, spec.width) = (isFlat ? 1 : y.size, x.size)
    spec.convolution = convolution_t(
      kernel_y: y.kernel, kernel_x: x.kernel, stride_y: y.stride, stride_x: x.stride,
      pad_y: isFlat ? 0 : y.pad, pad_x: x.pad, height: isFlat ? 1 : y.outputs, width: x.outputs,
      outputs: outputs, is_signed: isSigned ? 1 : 0,
      states: UInt32.random(in: outputs > 1 ? 0...2 : 1...2, using: &random))
    spec.seed = UInt64.random(in: 0...UInt64.max, using: &random)
    return spec
  }

  /// Over bits, by lists of active channels; the affine layer before flips them between leaves.
  @Test(arguments: [1, 31, 32, 33, 63, 64, 65])
  func columns(channels: Int) throws {
    var random = SeededGenerator(seed: UInt64(channels))
    var used = 0
    for (index, outputs) in ([1, 31, 32, 33, 64, 65] as [UInt32]).enumerated() {
      for round in 0..<4 {
        var spec = ConvolutionTests.network(
          &random, isFlat: round == 3, outputs: outputs, isSigned: true)
        spec.channels = UInt32(channels)
        spec.maximum = 1
        spec.affine_states = UInt32(1 + (index + round) % 2)
        if try check(Network(spec), seed: UInt64(index)) == .columns { used += 1 }
      }
    }
    // The rest lies whole in its window, or has more borders than there is memory for.
    #expect(used > 16, "\(used) of 24")
  }

  /// Over an input of several bits, by tables.
  @Test(arguments: [2, 16, 255])
  func tables(maximum: Int) throws {
    var random = SeededGenerator(seed: UInt64(maximum))
    var used = 0
    for (index, outputs) in ([1, 31, 32, 33, 64, 65] as [UInt32]).enumerated() {
      for round in 0..<8 {
        var spec = ConvolutionTests.network(
          &random, isFlat: round == 3, outputs: outputs, isSigned: false)
        spec.channels = [1, 2, 3, 4, 5, 7, 11, 31][(index + round) % 8]
        spec.maximum = UInt32(maximum)
        // Margins wider than the kernel, and windows that see nothing.
        if round == 5 { spec.convolution.pad_x += 9 }
        if round == 6 {
          spec.convolution.pad_y += 6
          spec.convolution.height += 5
          spec.convolution.width += 3
        }
        if try check(Network(spec), seed: UInt64(index)) == .tables { used += 1 }
      }
    }
    #expect(used > 24, "\(used) of 48")
  }

  /// A window as large as the map: a dense layer over it.
  @Test(arguments: [1, 5, 31, 32, 33, 64, 65, 700])
  func whole(channels: Int) throws {
    var random = SeededGenerator(seed: UInt64(channels))
    for (index, outputs) in ([2, 31, 32, 33, 64, 65] as [UInt32]).enumerated() {
      for states in UInt32(0)...2 {
        var spec = convolution_network_t()
        spec.height = [1, 2, 3][Int(states)]
        spec.width = UInt32.random(in: 1...6, using: &random)
        (spec.channels, spec.maximum, spec.affine_states) = (UInt32(channels), 1, 2)
        spec.convolution = convolution_t(
          kernel_y: spec.height, kernel_x: spec.width, stride_y: 1, stride_x: 1, pad_y: 0,
          pad_x: 0, height: 1, width: 1, outputs: outputs, is_signed: 1, states: states)
        spec.seed = UInt64(index)
        let network = try Network(spec)
        #expect(try check(network, seed: UInt64(index)) == .rows)
      }
    }
  }

  /// The same over an input of several bits, whose lists come in several pieces.
  @Test(arguments: [3, 15, 200, 255])
  func planes(maximum: Int) throws {
    var random = SeededGenerator(seed: UInt64(maximum))
    for isSigned in UInt32(0)...1 {
      for outputs in [2, 33, 200] as [UInt32] {
        var spec = convolution_network_t()
        (spec.height, spec.width) = (2, UInt32.random(in: 5...24, using: &random))
        (spec.channels, spec.maximum) = (7, UInt32(maximum))
        spec.convolution = convolution_t(
          kernel_y: spec.height, kernel_x: spec.width, stride_y: 1, stride_x: 1, pad_y: 0,
          pad_x: 0, height: 1, width: 1, outputs: outputs, is_signed: isSigned, states: isSigned)
        spec.seed = UInt64(outputs)
        let used = try check(Network(spec), seed: UInt64(outputs))
        // Signed planes that do not hold M are counted by the definition.
        #expect(used == (isSigned == 1 && maximum == 200 ? .gathering : .rows))
      }
    }
  }

  /// Rows of a window that would take more memory than any session has are not unpacked.
  @Test func farSteps() throws {
    var spec = convolution_network_t()
    (spec.height, spec.width, spec.channels, spec.maximum) = (1, 1, 1, 2)
    spec.convolution = convolution_t(
      kernel_y: 16_000, kernel_x: 1, stride_y: 1, stride_x: 255, pad_y: 3, pad_x: 0, height: 1,
      width: 420, outputs: 2, is_signed: 0, states: 0)
    let network = try Network(spec)
    let test = try TestSession(network.held, SessionConfig(posterior: .exact))
    #expect(method(test, 0) == .gathering)
    _ = try test.session.infer([2], bytes: 1)
    let (source, output) = (test.session.tensor(0), test.session.tensor(1))
    #expect(elements(output) == network.output(source, try network.weights(), state: 0))
    #expect(test.isIntact)
  }
}
