// SPDX-License-Identifier: Apache-2.0

/// What `baynn array energy` tells: the content of its JSON, whose keys are these names in
/// snake case.
struct EnergyReport: Codable, Equatable {
  struct Measured: Codable, Equatable {
    var posterior: SessionSettings.Posterior
    /// Different networks evaluated for an input, on average.
    var networks: Double
    /// Means over inputs.
    var perInput: Operations
  }

  struct Cost: Codable, Equatable {
    var value: Double
    /// fJ or ns; empty for a number.
    var unit: String
    /// "published", "assumption", or "given" by an option.
    var source: String
  }

  var model: String
  var modelChecksum: String
  var data: String
  var inputs: Int
  var arrays: Int
  var arrayRows: Int
  var arrayColumns: Int
  var activeRows: Int
  var randomUnits: Int
  var mapping: ArrayMapping
  var ecc: Bool
  var passes: Int
  var memory: SessionSettings.Memory
  var costs: [CostField: Cost]
  var posteriors: [Measured]

  init(
    _ meter: EnergyMeter, passes: Int, memory: SessionSettings.Memory, posteriors: [Measured]
  ) {
    model = fileName(meter.model.path)
    modelChecksum = hexadecimal(meter.model.summary.imageChecksum)
    data = meter.inputs.name
    inputs = meter.inputs.count
    arrays = meter.arrays
    arrayRows = Int(meter.device[.rows])
    arrayColumns = Int(meter.device[.columns])
    activeRows = Int(meter.device[.activeRows])
    randomUnits = meter.randomUnits
    mapping = meter.layout.mapping
    ecc = meter.layout.hasCheckBits
    self.passes = passes
    self.memory = memory
    costs = Dictionary(
      uniqueKeysWithValues: meter.costs.values.map { field, value in
        (field, Cost(value: value, unit: field.unit, source: meter.costs.source(of: field)))
      })
    self.posteriors = posteriors
  }
}
