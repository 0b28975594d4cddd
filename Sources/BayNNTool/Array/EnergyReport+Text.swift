// SPDX-License-Identifier: Apache-2.0

extension EnergyReport {
  /// The report for a person, ended by a newline.
  var text: String {
    [heading, operations, energies, priceList].joined(separator: "\n")
  }

  private var heading: String {
    """
    \(model) on \(data): means of \(grouped(inputs)) inputs
    \(grouped(arrays)) arrays of \(arrayRows) x \(arrayColumns), reads of \(activeRows) rows, \
    \(randomUnits) random \(randomUnits == 1 ? "unit" : "units"), \(mapping.rawValue), \
    \(memory.rawValue) memory

    """
  }

  private func title(_ measured: Measured) -> String {
    measured.posterior == .sampled ? "sampled, \(passes)" : measured.posterior.rawValue
  }

  private var operations: String {
    table([
      ("networks", { number($0.networks, digits: 1) }),
      ("macs", { number($0.perInput.macs, digits: 0) }),
      ("cells read", { number($0.perInput.cellReads, digits: 0) }),
      ("conversions", { number($0.perInput.conversions, digits: 0) }),
      ("accumulations", { number($0.perInput.accumulations, digits: 0) }),
      ("random bits", { number($0.perInput.randomBits, digits: 1) }),
      ("buffer words", { number($0.perInput.bufferWords, digits: 0) }),
    ])
  }

  private var energies: String {
    let energy = { (member: KeyPath<Operations, Double>) in
      { (measured: Measured) in
        let part = measured.perInput[keyPath: member]
        let whole = measured.perInput.energyPicojoules
        let share = whole > 0 ? part / whole : 0
        return "\(readable(picojoules: part)) \(padded(percent(share), to: 7, .right))"
      }
    }
    return table([
      ("reading cells", energy(\.cellReadPicojoules)),
      ("conversion", energy(\.conversionPicojoules)),
      ("accumulation", energy(\.accumulationPicojoules)),
      ("random bits", energy(\.randomBitPicojoules)),
      ("buffer", energy(\.bufferPicojoules)),
      ("energy", energy(\.energyPicojoules)),
      ("time", { $0.perInput.timeText }),
    ])
  }

  private func table(_ rows: [(String, (Measured) -> String)]) -> String {
    var table = TextTable([.left] + posteriors.map { _ in .right })
    table.add(["an input"] + posteriors.map(title))
    for row in rows { table.add([row.0] + posteriors.map(row.1)) }
    return table.text
  }

  private var priceList: String {
    var table = TextTable([.left, .right, .left, .left])
    table.add("cost of", "", "", "source")
    for field in CostField.allCases {
      if let cost = costs[field] {
        table.add(field.rawValue, short(cost.value), cost.unit, cost.source)
      }
    }
    return table.text
  }
}
