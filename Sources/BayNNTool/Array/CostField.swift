// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

/// What an operation on arrays costs, by the name that `--cost` takes.
enum CostField: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
  case cellRead = "cell-read"
  case conversion
  case accumulation
  case randomBit = "random-bit"
  case cellWrite = "cell-write"
  case cellVerify = "cell-verify"
  case bufferWord = "buffer-word"
  case macTime = "mac-time"
  case conversionTime = "conversion-time"
  case converters
  case randomBitTime = "random-bit-time"
  case rowWriteTime = "row-write-time"

  var member: WritableKeyPath<baynn_cim_costs_t, UInt32> {
    switch self {
    case .cellRead: \.cell_read_aj
    case .conversion: \.conversion_aj
    case .accumulation: \.accumulation_aj
    case .randomBit: \.random_bit_aj
    case .cellWrite: \.cell_write_aj
    case .cellVerify: \.cell_verify_aj
    case .bufferWord: \.buffer_word_aj
    case .macTime: \.mac_ps
    case .conversionTime: \.conversion_ps
    case .converters: \.converters
    case .randomBitTime: \.random_bit_ps
    case .rowWriteTime: \.row_write_ps
    }
  }

  /// Femtojoules, nanoseconds, or a number.
  var unit: String {
    switch self {
    case .converters: ""
    case .macTime, .conversionTime, .randomBitTime, .rowWriteTime: "ns"
    default: "fJ"
    }
  }

  /// Steps of the library's integer in a unit.
  var steps: Double { self == .converters ? 1 : 1000 }

  /// Where the default comes from.
  var source: String { self == .cellRead ? "published" : "assumption" }
}

/// The costs of all operations, in the units of their fields.
struct OperationCosts: Equatable, Sendable {
  private(set) var values: [CostField: Double]
  /// Fields whose default has been replaced.
  private(set) var replaced: Set<CostField> = []

  /// The library's defaults.
  init() throws {
    var costs = baynn_cim_costs_t()
    costs.struct_bytes = UInt32(MemoryLayout<baynn_cim_costs_t>.size)
    try check(baynn_cim_costs_default(&costs), "baynn_cim_costs_default")
    values = Dictionary(
      uniqueKeysWithValues: CostField.allCases.map {
        ($0, Double(costs[keyPath: $0.member]) / $0.steps)
      })
  }

  /// - Parameter text: "name=value".
  mutating func replace(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let field = CostField(rawValue: parts[0]) else {
      let names = CostField.allCases.map(\.rawValue).joined(separator: ", ")
      throw ToolError.usage("--cost takes NAME=VALUE, not \"\(text)\"; names are \(names)")
    }
    let most = Double(UInt32.max) / field.steps
    guard let value = Double(parts[1]), value >= (field == .converters ? 1 : 0), value <= most
    else {
      throw ToolError.usage(
        "--cost \(field.rawValue) is \(field == .converters ? 1 : 0) to \(short(most)) "
          + "\(field.unit), not \"\(parts[1])\"")
    }
    values[field] = value
    replaced.insert(field)
  }

  func source(of field: CostField) -> String {
    replaced.contains(field) ? "given" : field.source
  }

  /// Energy and time of a ledger.
  func energy(_ ledger: baynn_cim_ledger_t, randomUnits: Int) throws -> baynn_cim_energy_t {
    var costs = baynn_cim_costs_t()
    costs.struct_bytes = UInt32(MemoryLayout<baynn_cim_costs_t>.size)
    for field in CostField.allCases {
      costs[keyPath: field.member] = UInt32(((values[field] ?? 0) * field.steps).rounded())
    }
    var ledger = ledger
    var energy = baynn_cim_energy_t()
    energy.struct_bytes = UInt32(MemoryLayout<baynn_cim_energy_t>.size)
    try check(
      baynn_cim_energy(&ledger, &costs, UInt32(randomUnits), &energy), "baynn_cim_energy")
    return energy
  }
}
