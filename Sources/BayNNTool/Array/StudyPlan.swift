// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

/// What a study is to measure, from its options; everything is read and checked before
/// anything is computed.
struct StudyPlan {
  let settings: ArrayStudy.Settings
  let points: [StudyRunner.Point]
  let seeds: [UInt64]
  private let model: LoadedModel
  private let data: DataSet
  private let session: SessionSettings

  private static let calibrationInputsDefault = 32

  init(_ options: ArrayEvaluateCommand) throws {
    model = try LoadedModel(path: options.model)
    session = options.session.settings
    let recovery = try Recovery(options.recover)
    let fidelity = options.fidelity
    let costs = try options.costs.costs()
    let sweeps = try options.sweep.map(Sweep.init)
    let grid = try Sweep.grid(sweeps)
    try StudyPlan.check(fidelity, recovery, options.device.named + sweeps.map(\.field))

    let (data, calibration) = try StudyPlan.read(options, recovery, for: model.summary)
    self.data = data
    var layout = ArrayLayout(options.geometry)
    if recovery.corrects { layout.hasCheckBits = true }
    var base = DeviceSettings(options.device.device)
    try options.geometry.apply(to: &base)
    try options.device.apply(to: &base)

    let (model, session) = (model, session)
    points = try grid.map { values in
      var device = base
      for (field, value) in values { try device.set(field, to: value) }
      try device.validate()
      let arrays = fidelity == .cell ? try layout.arrays(for: model, on: device) : 0
      let run = DeviceRun(
        model: model, layout: layout, fidelity: fidelity, recovery: recovery, session: session,
        device: device, arrays: arrays, costs: costs, data: data,
        calibration: recovery.calibrates ? calibration : nil)
      return StudyRunner.Point(values: values, run: run)
    }
    if points.contains(where: { $0.run.device[.retentionHours] > 0 }),
      !points.contains(where: { $0.run.device[.stability] > 0 || $0.run.device[.drift] > 0 })
    {
      throw ToolError.usage(
        "--retention-hours changes nothing while states stay for ever: give --stability or "
          + "--drift, too")
    }
    seeds = (0..<options.instances).map { options.deviceSeed &+ UInt64($0) }
    // Settings that the library refuses, and posteriors that a model cannot have.
    _ = try SessionPredictor(model: model, settings: session)
    let swept = sweeps.map(\.field)
    settings = ArrayStudy.Settings(
      model: fileName(model.path), modelChecksum: hexadecimal(model.summary.imageChecksum),
      data: data.inputs.name, dataChecksum: data.inputs.checksum, inputs: data.inputs.count,
      calibrationChecksum: recovery.calibrates ? calibration?.checksum : nil,
      calibrationInputs: recovery.calibrates ? calibration?.count ?? 0 : 0,
      posterior: session.posterior(of: model.summary), passes: session.passes,
      seed: session.seed, stop: session.stop, fidelity: fidelity, recover: recovery.text,
      mapping: layout.mapping, ecc: layout.hasCheckBits, deviceSeed: options.deviceSeed,
      device: base.all.filter { !swept.contains($0.key) }, sweep: swept, costs: costs.values)
  }

  /// The measures without arrays.
  func withoutArrays(threads: Int) async throws -> [ArrayMetric: Double] {
    let (model, session) = (model, session)
    var progress = ProgressBar(title: "without arrays", total: data.inputs.count)
    defer { progress.finish() }
    let tally = try await Evaluator(model: model.summary, threads: threads) {
      try SessionPredictor(model: model, settings: session)
    }.evaluate(data) { progress.update(done: $0) }
    return tally.metrics(of: model.summary)
  }

  /// - Throws: `usage` if something is asked for that has no effect at this fidelity.
  private static func check(
    _ fidelity: Fidelity, _ recovery: Recovery, _ fields: [DeviceField]
  ) throws {
    if fidelity != .cell, recovery != Recovery() {
      throw ToolError.usage(
        "--recover needs cells: --fidelity \(fidelity.rawValue) has none; use --fidelity cell")
    }
    if let field = fields.first(where: { !fidelity.knows($0) }) {
      throw ToolError.usage(
        "--\(field.rawValue) has no effect with --fidelity \(fidelity.rawValue); leave it out, "
          + "or use --fidelity cell")
    }
  }

  /// What is evaluated, and what calibration may see.
  private static func read(
    _ options: ArrayEvaluateCommand, _ recovery: Recovery, for model: ModelSummary
  ) throws -> (DataSet, InputSet?) {
    let paths = try DataPaths(data: options.inputs, labels: options.targets, outside: [])
    var data = try DataSet.read(paths.inputs, labels: paths.labels, for: model)
    if data.targets == nil {
      Terminal.writeError("baynn: note: no targets for \(data.inputs.name): see TARGETS\n")
    }
    let isWanted = recovery.calibrates || options.calibrationInputs != nil
    let count = options.calibrationInputs ?? calibrationInputsDefault
    var calibration: InputSet?
    if let path = options.calibrationData {
      let others = try DataSet.read(path, labels: nil, for: model).inputs
      guard count <= others.count else {
        throw ToolError.usage(
          "\(others.name) has \(others.count) inputs, fewer than --calibration-inputs \(count)")
      }
      calibration = others.prefix(count)
    } else if isWanted {
      guard count < data.inputs.count else {
        throw ToolError.usage(
          "\(data.inputs.name) has \(data.inputs.count) inputs: --calibration-inputs \(count) "
            + "leave none to evaluate; take fewer, or name --calibration-data")
      }
      calibration = data.inputs.prefix(count)
      data = data.dropFirst(count)
    }
    return (options.limit.map(data.prefix) ?? data, calibration)
  }
}

extension InputSet {
  /// CRC-32 of all inputs, in 8 hexadecimal digits.
  var checksum: String { hexadecimal(baynn_crc32(0, bytes, bytes.count)) }
}
