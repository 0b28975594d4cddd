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
    let model: Model
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
      model = try Model(opening: image, bytes: bytes)
      let session = SessionConfig(posterior: .deterministic)
      let size = try Session.storageBytes(model, session)
      var arena = Arena(storage: image + (bytes + 7) & ~7)
      let first = UnsafeMutableRawPointer(arena.take(UInt64.self, count: size / 8 + 1))
      let second = UnsafeMutableRawPointer(arena.take(UInt64.self, count: size / 8 + 1))
      let accelerator = try ModelledDevice(config).makeColumnModel(offset: 0, arena: &arena)
      precondition(arena.bytes < 200_000)
      native = try Session.make(in: first, bytes: size, model, session)
      column = try Session.make(
        in: second, bytes: size, model, session, accelerator: accelerator)
    }

    deinit { memory.deallocate() }

    /// How far the counts of an input are off: half of what the sums are.
    func errors(_ input: [UInt8]) throws -> [Int] {
      _ = try native.pointee.infer(input, bytes: input.count)
      _ = try column.pointee.infer(input, bytes: input.count)
      let (a, b) = (native.pointee.dense(0)!, column.pointee.dense(0)!)
      return (0..<a.weights.outputs).map {
        let difference = Int(b.sum($0)) - Int(a.sum($0))
        #expect(difference & 1 == 0 && abs(Int(b.sum($0))) <= a.weights.sumMax)
        return difference / 2
      }
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
