// SPDX-License-Identifier: Apache-2.0

/// What `baynn array info` tells: the content of its JSON, whose keys are these names in snake
/// case.
struct ArrayReport: Codable, Equatable {
  var model: String
  var mapping: ArrayMapping
  var ecc: Bool
  var arrayRows: Int
  var arrayColumns: Int
  var activeRows: Int
  var randomUnits: Int
  /// That the device has, and that the model uses.
  var arrays: Int
  var arraysUsed: Int
  /// Rows of weights, each of up to `arrayColumns` outputs.
  var rows: Int
  var weights: Int
  /// Cells that hold weights or their check bits.
  var weightCells: Int
  /// Of the arrays used.
  var cells: Int
  var utilisation: Double
  /// How often the most written row has been written when all is programmed once.
  var rowWritesMax: Int?
  /// Random bits of one pass, as the model's own units would draw them.
  var randomBitsPerPass: Int
  var programming: Operations

  init(_ model: LoadedModel, _ options: GeometryOptions, costs: OperationCosts) throws {
    var device = DeviceSettings()
    try options.apply(to: &device)
    try device.validate()
    let layout = ArrayLayout(options)
    let count = try layout.arrays(for: model, on: device)
    let arrays = try EmulatedArrays(model, layout, on: device, arrays: count, seed: 0)
    try arrays.program()
    programming = try Operations(
      arrays.takeLedger(), costs, randomUnits: options.randomUnits)
    let info = try arrays.info()
    self.model = fileName(model.path)
    mapping = layout.mapping
    ecc = layout.hasCheckBits
    arrayRows = Int(info.array_rows)
    arrayColumns = Int(info.array_columns)
    activeRows = Int(info.active_rows)
    randomUnits = Int(info.random_units)
    self.arrays = count
    arraysUsed = Int(info.arrays)
    rows = Int(info.rows)
    weights = model.summary.weights
    weightCells = Int(info.weight_cells)
    cells = Int(info.cells)
    utilisation = ratio(weightCells, cells) ?? 0
    rowWritesMax = info.row_writes_max == .max ? nil : Int(info.row_writes_max)
    randomBitsPerPass = model.summary.randomBits
  }

  /// The report for a person, ended by a newline.
  var text: String {
    var table = TextTable([.left, .left])
    table.add("model", "\(model), \(grouped(weights)) binary weights")
    table.add(
      "arrays",
      "\(grouped(arraysUsed)) of \(arrayRows) x \(arrayColumns) cells (rows x columns)"
        + (arrays > arraysUsed ? "; the device has \(grouped(arrays))" : ""))
    table.add("layout", "\(mapping.rawValue), \(ecc ? "7 check bits a word" : "no check bits")")
    table.add("a read drives", "up to \(activeRows) rows")
    table.add("rows of weights", grouped(rows))
    table.add(
      "cells",
      "\(grouped(weightCells)) of \(grouped(cells)) hold weights" + (ecc ? " and check bits" : ""))
    table.add("utilisation", percent(utilisation))
    table.add(
      "random",
      "\(grouped(randomBitsPerPass)) bits a pass from \(randomUnits) "
        + (randomUnits == 1 ? "unit" : "units"))
    table.add(
      "programming",
      "\(grouped(Int(programming.rowWrites))) row writes, "
        + "\(grouped(Int(programming.cellWrites))) cell writes, "
        + "\(grouped(Int(programming.cellVerifies))) cells verified")
    table.add("  energy, time", "\(programming.energyText), \(programming.timeText)")
    table.add(
      "  wear", rowWritesMax.map { "the most written row \($0) times" } ?? "not known")
    return table.text
  }
}
