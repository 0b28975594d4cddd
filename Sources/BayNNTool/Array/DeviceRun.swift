// SPDX-License-Identifier: Apache-2.0
import CBayNN

/// How the devices of one point of a study are made and measured.
struct DeviceRun: Sendable {
  let model: LoadedModel
  var layout: ArrayLayout
  var fidelity: Fidelity
  var recovery: Recovery
  var session: SessionSettings
  var device: DeviceSettings
  /// Arrays that a device has.
  var arrays: Int
  var costs: OperationCosts
  /// What is evaluated.
  var data: DataSet
  /// What calibration may see.
  var calibration: InputSet?

  /// Makes a device and measures it: programmed at 25 degrees Celsius, brought to the
  /// temperature of use, left alone, recovered, used.
  ///
  /// - Parameter progress: told after each input.
  func measure(seed: UInt64, progress: () -> Void) throws -> DeviceResult {
    var result = DeviceResult(seed: seed)
    do {
      switch fidelity {
      case .cell: try measureCells(&result, progress)
      case .column:
        let predictor = try ColumnPredictor(
          model, device, settings: session(of: seed), seed: seed)
        try evaluate(predictor, &result, progress)
      case .bits:
        let faulty = try model.faulty(
          on: device, seed: seed, nanoseconds: device.retentionNanoseconds)
        result.weightsWrong = faulty.weightsWrong
        let predictor = try SessionPredictor(model: faulty.model, settings: session(of: seed))
        try evaluate(predictor, &result, progress)
      }
    } catch let failure as DeviceFailure {
      result = DeviceResult(seed: seed, failure: failure.message)
    }
    return result
  }

  /// Each device has draws of its own.
  private func session(of seed: UInt64) -> SessionSettings {
    var settings = session
    settings.seed &+= seed
    return settings
  }

  private func measureCells(_ result: inout DeviceResult, _ progress: () -> Void) throws {
    let arrays = try EmulatedArrays(model, layout, on: device, arrays: arrays, seed: result.seed)
    try arrays.program()
    result.programming = try operations(arrays)
    result.cellsWrong = Int(try arrays.info().cells_wrong)
    if device[.temperature] != DeviceSettings.writingTemperature {
      try arrays.heat(millidegrees: device.millidegrees)
    }
    if device.retentionNanoseconds > 0 {
      try arrays.wait(nanoseconds: device.retentionNanoseconds)
    }
    _ = try arrays.takeLedger()
    if recovery.scrubs || recovery.corrects {
      let found = try arrays.scrub()
      result.scrub = DeviceResult.Scrub(
        rows: Int(found.rows), rowsWrong: Int(found.rows_wrong),
        cellsWrong: Int(found.cells_wrong), cellsLeft: Int(found.cells_left),
        wordsUncorrectable: Int(found.words_uncorrectable))
      result.scrubbing = try operations(arrays)
    }
    let predictor = try ArrayPredictor(arrays, settings: session)
    if recovery.calibrates, let calibration {
      for index in 0..<calibration.count {
        try calibration.withInput(index, predictor.calibrate)
      }
      result.calibration = try operations(arrays)
    }
    _ = try arrays.takeLedger()
    try evaluate(predictor, &result, progress)
    result.inference = try operations(arrays, per: data.inputs.count)
    let writes = try arrays.info().row_writes_max
    result.rowWritesMax = writes == .max ? nil : Int(writes)
  }

  private func operations(_ arrays: EmulatedArrays, per divisor: Int = 1) throws -> Operations {
    try Operations(
      arrays.takeLedger(), costs, randomUnits: Int(device[.randomUnits]), per: divisor)
  }

  private func evaluate(
    _ predictor: some LibraryPredictor, _ result: inout DeviceResult, _ progress: () -> Void
  ) throws {
    var tally = SetTally(model: model.summary, targets: data.targets)
    for index in 0..<data.inputs.count {
      try tally.score(index, of: data, by: predictor, model: model.summary)
      progress()
    }
    result.metrics = tally.metrics(of: model.summary)
    result.hash = tally.hash.text
  }
}
