// SPDX-License-Identifier: Apache-2.0
import CBayNN
import Testing

@testable import BayNNCIMEmulator

/// A device on the heap, driven through its registers.
final class TestDevice {
  let device: UnsafeMutablePointer<Device>
  private let storage: UnsafeMutableRawPointer

  /// Two arrays of 64 x 64 cells, unless the configuration says something else.
  init(_ configure: (inout baynn_cim_emulator_config_t) -> Void = { _ in }) throws {
    let settings = try TestDevice.settings(configure)
    let bytes = try Device.storageBytes(settings)
    storage = .allocate(byteCount: bytes, alignment: 8)
    storage.initializeMemory(as: UInt8.self, repeating: 0x5A, count: bytes)
    device = try Device.make(in: storage, bytes: bytes, settings)
  }

  deinit { storage.deallocate() }

  static func settings(
    _ configure: (inout baynn_cim_emulator_config_t) -> Void
  ) throws -> Settings {
    var config = baynn_cim_emulator_config_t()
    config.arrays = 2
    config.rows = 64
    config.columns = 64
    configure(&config)
    return try Settings(config)
  }

  func reconfigure(_ configure: (inout baynn_cim_emulator_config_t) -> Void) throws {
    try device.pointee.configure(try TestDevice.settings(configure))
  }

  var settings: Settings { device.pointee.settings }

  subscript(address: UInt32) -> UInt32 {
    get { device.pointee.read(address) }
    set { device.pointee.write(address, newValue) }
  }

  /// Runs a command and returns its error.
  @discardableResult
  func run(_ command: UInt32) -> UInt32 {
    self[0x020] = command
    while self[0x024] & 1 != 0 {}
    #expect(self[0x024] == (self[0x028] == 0 ? 2 : 6))
    return self[0x028]
  }

  @discardableResult
  func write(_ array: Int, _ row: Int, _ weights: [UInt32]) -> UInt32 {
    self[0x02C] = UInt32(array)
    self[0x030] = UInt32(row)
    for (i, word) in weights.enumerated() { self[0x3000 + 4 * UInt32(i)] = word }
    return run(2)
  }

  func read(_ array: Int, _ row: Int) -> [UInt32] {
    self[0x02C] = UInt32(array)
    self[0x030] = UInt32(row)
    #expect(run(3) == 0)
    return (0..<settings.columnWords).map { self[0x3000 + 4 * UInt32($0)] }
  }

  /// Counts of all columns, for rows of the whole array.
  func mac(_ array: Int, active: [UInt32], inputs: [UInt32]) -> [Int] {
    self[0x02C] = UInt32(array)
    self[0x030] = 0
    self[0x034] = UInt32(active.count)
    self[0x038] = UInt32(settings.columnWords)
    for i in active.indices {
      self[0x1000 + 4 * UInt32(i)] = active[i]
      self[0x2000 + 4 * UInt32(i)] = inputs[i]
    }
    #expect(run(5) == 0)
    return (0..<settings.columns).map { column in
      (0..<settings.countPlanes).reduce(0) { sum, plane in
        let word = self[0x4000 + 4 * UInt32(plane * settings.columnWords + column / 32)]
        return sum + Int(word >> UInt32(column % 32) & 1) << plane
      }
    }
  }

  func random(_ probability: UInt32, count: Int) -> [Bool] {
    self[0x03C] = probability
    self[0x040] = UInt32(count)
    #expect(run(6) == 0)
    return (0..<count).map { self[0x4000 + 4 * UInt32($0 / 32)] >> UInt32($0 % 32) & 1 != 0 }
  }

  /// The state of every MTJ, line by line.
  var states: [UInt32] {
    let cells = device.pointee.cells
    return (0..<settings.lines * 2 * settings.columnWords).map { cells.states[$0] }
  }

  /// The conductance of every MTJ in units of 4 nS.
  var conductances: [Double] {
    let cells = device.pointee.cells
    return (0..<settings.lines * 2 * settings.columns).map { Double(cells.conductances[$0]) }
  }
}

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

func deviation(_ values: [Double]) -> Double {
  let center = mean(values)
  return (values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count))
    .squareRoot()
}

/// How far the share of `hits` in `trials` is from `p`, in standard deviations.
func deviations(_ hits: Int, of trials: Int, from p: Double) -> Double {
  (Double(hits) - Double(trials) * p) / (Double(trials) * p * (1 - p)).squareRoot()
}
