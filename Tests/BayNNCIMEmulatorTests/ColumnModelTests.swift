// SPDX-License-Identifier: Apache-2.0
import CBayNN
import TestSupport
import Testing

@testable import BayNNCIMEmulator
@testable import BayNNCore
@testable import BayNNEngine
@testable import BayNNModel

/// What the column model does to the sums of a dense layer.
@Suite struct ColumnModelTests {
  /// A layer of `outputs` over `inputs`, natively and with errors.
  final class Pair {
    private let model: UnsafeMutablePointer<Model>
    private let memory: UnsafeMutableRawPointer
    private let native: UnsafeMutablePointer<Session>
    private let column: UnsafeMutablePointer<Session>

    init(inputs: Int, outputs: Int, maximum: Int = 1, _ config: baynn_cim_emulator_config_t) throws
    {
      var layer = image_layer_t(
        outputs: UInt32(outputs), states: 1, drop_probability: 0)
      var spec = image_spec_t()
      spec.height = 1
      spec.width = UInt32(inputs)
      spec.channels = 1
      spec.maximum = UInt32(maximum)
      spec.layer_count = 1
      spec.classes = 3
      spec.seed = 4
      let image: UnsafeMutableRawPointer
      let bytes: Int
      (image, bytes) = withUnsafePointer(to: &layer) {
        spec.layers = $0
        let bytes = image_builder_bytes(&spec)
        let image = UnsafeMutableRawPointer.allocate(byteCount: bytes + 200_000, alignment: 8)
        precondition(image_builder_build(&spec, image, bytes) == bytes)
        return (image, bytes)
      }
      memory = image
      model = .allocate(capacity: 1)
      model.initialize(to: try Model(opening: image, bytes: bytes, denseParts))
      let session = SessionConfig(posterior: .deterministic)
      let size = try Session.storageBytes(model, session)
      var arena = Arena(storage: image + (bytes + 7) & ~7, bytes: 200_000)
      let first = UnsafeMutableRawPointer(arena.take(UInt64.self, count: size / 8 + 1))
      let second = UnsafeMutableRawPointer(arena.take(UInt64.self, count: size / 8 + 1))
      let accelerator = try ModelledDevice(config).makeColumnModel(offset: 0, arena: &arena)
      precondition(arena.bytes < 200_000)
      native = try Session.make(in: first, bytes: size, model, session)
      column = try Session.make(
        in: second, bytes: size, model, session, accelerator: accelerator)
    }

    deinit {
      model.deallocate()
      memory.deallocate()
    }

    /// How far the counts of an input are off: half of what the sums are.
    func errors(_ input: [UInt8]) throws -> [Int] {
      let most = input.count * Int(model.pointee.input.maximum)
      return try zip(sums(native, input), sums(column, input)).map { right, wrong in
        let difference = Int(wrong) - Int(right)
        #expect(difference & 1 == 0 && abs(Int(wrong)) <= most)
        return difference / 2
      }
    }

    /// The sums of the first layer, taken before the head runs.
    private func sums(
      _ session: UnsafeMutablePointer<Session>, _ input: [UInt8]
    ) throws -> [Int32] {
      try session.pointee.begin(input, bytes: input.count)
      try session.pointee.step(workMax: 0)
      let sums = (0..<session.tensor(1).shape.channels).map {
        session.layerSum(0, $0)
      }
      while !session.pointee.isFinished { try session.pointee.step(workMax: .max) }
      return sums
    }
  }

  static func config(rows: UInt32, seed: UInt64 = 1) -> baynn_cim_emulator_config_t {
    var config = baynn_cim_emulator_config_t()
    config.active_rows_max = rows
    config.parallel_deviation_ns = 5500
    config.antiparallel_deviation_ns = 2500
    config.seed = seed
    return config
  }

  /// Single reads of n rows: each error as often as the table says, within five deviations.
  @Test(arguments: [8, 16, 32, 64])
  func singleReads(rows: Int) throws {
    let outputs = 512
    let calls = rows < 16 ? 1000 : 300
    let pair = try Pair(
      inputs: rows, outputs: outputs, ColumnModelTests.config(rows: UInt32(rows)))
    let input = [UInt8](repeating: 1, count: rows)
    var histogram = [Int: Int]()
    for _ in 0..<calls {
      for error in try pair.errors(input) { histogram[error, default: 0] += 1 }
    }
    let table = ColumnErrorsTests.Table(rows, ColumnErrorsTests.published)
    let n = Double(calls * outputs)
    let q = table.errorRate(rows)
    let wrong = n - Double(histogram[0, default: 0])
    #expect(abs(wrong - n * q) < 5 * (n * q * (1 - q)).squareRoot(), "\(wrong / n), \(q)")
    var shares = [Int: Double]()
    for decision in 0...UInt16.max {
      let error = table.errors.error(rows: rows, decision)
      shares[error.down == 0 ? error.size : -error.size, default: 0] += q / 65536
    }
    for (error, p) in shares {
      let count = Double(histogram[error, default: 0])
      #expect(abs(count - n * p) < 5 * (n * p * (1 - p)).squareRoot() + 3, "\(error)")
    }
  }

  /// Reads of 16, 16 and 7 rows in each plane whose bit is set, with their powers of two: the
  /// mean square of errors is what all of them make.
  @Test func readsOfAllPlanes() throws {
    let pair = try Pair(
      inputs: 60, outputs: 512, maximum: 15, ColumnModelTests.config(rows: 16))
    let table = ColumnErrorsTests.Table(16, ColumnErrorsTests.published)
    // 39 rows are 13: planes 0, 2 and 3.
    var input = [UInt8](repeating: 0, count: 60)
    for i in 0..<39 { input[(7 * i) % 60] = 13 }
    let calls = 200
    var squares = 0.0
    var inPlanes = 0
    for _ in 0..<calls {
      for error in try pair.errors(input) {
        squares += Double(error * error)
        inPlanes |= abs(error)
      }
    }
    let rate = 2 * table.errorRate(16) + table.errorRate(7)
    let expected = rate * Double(1 + 16 + 64)
    let mean = squares / Double(calls * 512)
    // The squares of plane 3 weigh most: about 3300 errors.
    #expect(abs(mean - expected) < 0.09 * expected, "\(mean), \(expected)")
    #expect(inPlanes & 13 == 13)
  }

  /// What no row drives has no errors.
  @Test func nothingDriven() throws {
    let pair = try Pair(inputs: 40, outputs: 64, ColumnModelTests.config(rows: 40))
    for _ in 0..<50 {
      #expect(try pair.errors([UInt8](repeating: 0, count: 40)).allSatisfy { $0 == 0 })
    }
  }

  /// An offset of many counts in the smallest of layers: sums end at 0 and K.
  @Test(arguments: [Int32(-6), 6])
  func sumsStayInRange(counts: Int32) throws {
    var config = ColumnModelTests.config(rows: 8)
    config.converter_offset_q8 = counts * 256
    let pair = try Pair(inputs: 24, outputs: 200, maximum: 3, config)
    let sign = counts > 0 ? 1 : -1
    let input = [UInt8](repeating: 3, count: 24)
    for error in try pair.errors(input) { #expect(error * sign > 0) }
  }
}

/// What a network of dense layers needs.
private func denseParts(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  let layer = part?.assumingMemoryBound(to: LayerPart?.self)
  switch kind {
  case UInt32(SectionKind.dense): layer?.pointee = .dense
  case UInt32(SectionKind.softmax): layer?.pointee = .softmax
  case Posterior.deterministic.kind:
    part?.assumingMemoryBound(to: PosteriorPart?.self).pointee = .deterministic
  default: break
  }
}
