// SPDX-License-Identifier: Apache-2.0
import CBayNN

/// Counts the operations that inputs take on ideal arrays.
///
/// The set is cut into parts whose number depends on nothing but the set; each has a device of
/// its own whose seed is the number of its first input. So the number of threads changes no
/// result, though random bits of draws decide how much work they share.
struct EnergyMeter: Sendable {
  let model: LoadedModel
  let inputs: InputSet
  let costs: OperationCosts
  let device: DeviceSettings
  let layout: ArrayLayout
  let arrays: Int
  let threads: Int

  private static let partsMax = 8

  init(
    _ model: LoadedModel, _ geometry: GeometryOptions, costs: OperationCosts, inputs: InputSet,
    threads: Int
  ) throws {
    self.model = model
    self.inputs = inputs
    self.costs = costs
    self.threads = threads
    var device = DeviceSettings()
    try geometry.apply(to: &device)
    try device.validate()
    self.device = device
    layout = ArrayLayout(geometry)
    arrays = try layout.arrays(for: model, on: device)
  }

  var randomUnits: Int { Int(device[.randomUnits]) }

  /// - Parameter progress: told after each part how many inputs are done.
  func measure(
    _ settings: SessionSettings, progress: (Int) -> Void
  ) async throws -> EnergyReport.Measured {
    let size = (inputs.count + EnergyMeter.partsMax - 1) / EnergyMeter.partsMax
    let parts = stride(from: 0, to: inputs.count, by: size).map {
      $0..<min($0 + size, inputs.count)
    }
    var total = Part()
    try await withThrowingTaskGroup(of: Part.self) { group in
      var started = 0
      func start() {
        guard started < parts.count else { return }
        let part = parts[started]
        started += 1
        group.addTask { try run(part, settings) }
      }
      for _ in 0..<threads { start() }
      for try await part in group {
        start()
        total.ledger.add(part.ledger)
        total.networks += part.networks
        total.inputs += part.inputs
        progress(total.inputs)
      }
    }
    return EnergyReport.Measured(
      posterior: settings.posterior(of: model.summary),
      networks: ratio(total.networks, total.inputs) ?? 0,
      perInput: try Operations(
        total.ledger, costs, randomUnits: randomUnits, per: total.inputs))
  }

  private struct Part: Sendable {
    var ledger = baynn_cim_ledger_t()
    var networks = 0
    var inputs = 0

    init() { ledger.struct_bytes = UInt32(MemoryLayout<baynn_cim_ledger_t>.size) }
  }

  private func run(_ range: Range<Int>, _ settings: SessionSettings) throws -> Part {
    do {
      let arrays = try EmulatedArrays(
        model, layout, on: device, arrays: arrays, seed: UInt64(range.lowerBound))
      try arrays.program()
      let predictor = try ArrayPredictor(arrays, settings: settings)
      _ = try arrays.takeLedger()
      var part = Part()
      for index in range {
        part.networks += try inputs.withInput(index) { Int(try predictor.infer($0).leaves) }
      }
      part.inputs = range.count
      part.ledger.add(try arrays.takeLedger())
      return part
    } catch let failure as DeviceFailure {
      throw ToolError.software("an ideal device has failed while \(failure.message)")
    }
  }
}
