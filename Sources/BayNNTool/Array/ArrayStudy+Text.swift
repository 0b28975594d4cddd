// SPDX-License-Identifier: Apache-2.0

extension ArrayStudy {
  /// The results for a person, ended by a newline.
  ///
  /// - Parameters:
  ///   - values: of the points to show.
  ///   - heading: how they came about.
  func text(of values: [[DeviceField: Double]], heading: String) -> String {
    let shown = values.compactMap { point(at: $0).map { points[$0] } }
    var sections = [title(shown, heading)]
    if let only = shown.first, shown.count == 1 {
      sections.append(measures(of: only))
    } else {
      sections.append(measures(of: shown))
    }
    sections += [faults(of: shown), costs(of: shown)].filter { !$0.isEmpty }
    return sections.joined(separator: "\n")
  }

  private func title(_ shown: [Point], _ heading: String) -> String {
    let devices = shown.reduce(0) { $0 + $1.instances.count }
    let draws = settings.posterior == .sampled ? ", \(settings.passes) passes" : ""
    let calibration =
      settings.calibrationInputs > 0 ? " with \(settings.calibrationInputs) inputs" : ""
    return """
      \(settings.model) on \(settings.data): \(grouped(settings.inputs)) inputs, \
      \(grouped(devices)) \(devices == 1 ? "device" : "devices")
      \(settings.posterior.rawValue) posterior\(draws); fidelity \(settings.fidelity.rawValue); \
      recover \(settings.recover)\(calibration); \(heading)

      """
  }

  /// A row for each measure.
  private func measures(of point: Point) -> String {
    var table = TextTable([.left, .right, .right, .right, .right, .right, .left])
    table.add("", "mean", "sd", "worst", "best", "without arrays")
    for metric in ArrayMetric.allCases {
      guard let spread = point.summary[metric] else { continue }
      table.add(
        metric.title, metric.text(spread.mean), metric.text(spread.standardDeviation),
        metric.text(spread.worst), metric.text(spread.best),
        metric.text(withoutArrays[metric]), metric.unit)
    }
    if point.unusable > 0 {
      let reason = point.instances.lazy.compactMap(\.failure).first ?? ""
      table.add("unusable", "\(point.unusable)", "", "", "", "", "devices; first: \(reason)")
    }
    return table.text
  }

  /// A row for each point: the main measure in full, means of the others.
  private func measures(of shown: [Point]) -> String {
    let metrics = ArrayMetric.allCases.filter { metric in
      shown.contains { $0.summary[metric] != nil }
    }
    let names = settings.sweep.map(\.rawValue)
    guard let main = metrics.first else {
      return "no device could be used: \(shown.first?.instances.first?.failure ?? "")\n"
    }
    let others = metrics.dropFirst()
    let header =
      names + ["devices", main.title, "sd", "worst", "best"] + others.map(\.title)
      + ["unusable"]
    var table = TextTable(header.map { _ in .right })
    table.add(header)
    for point in shown {
      let spread = point.summary[main]
      table.add(
        swept(point) + ["\(point.instances.count)"]
          + [spread?.mean, spread?.standardDeviation, spread?.worst, spread?.best].map(main.text)
          + others.map { $0.text(point.summary[$0]?.mean) }
          + [point.unusable == 0 ? "" : "\(point.unusable)"])
    }
    table.add(
      names.map { _ in "" } + ["none", main.text(withoutArrays[main]), "", "", ""]
        + others.map { $0.text(withoutArrays[$0]) })
    return table.text
  }

  private func swept(_ point: Point) -> [String] {
    settings.sweep.map { short(point.values[$0] ?? 0) }
  }

  /// What is wrong with cells, means over devices; empty if nothing is.
  private func faults(of shown: [Point]) -> String {
    let columns: [(String, (DeviceResult) -> Int?)] = [
      ("cells wrong when programmed", \.cellsWrong), ("weights wrong", \.weightsWrong),
      ("rows scrubbed", \.scrub?.rows), ("rows wrong", \.scrub?.rowsWrong),
      ("cells wrong", \.scrub?.cellsWrong), ("left", \.scrub?.cellsLeft),
      ("words beyond ECC", { settings.ecc ? $0.scrub?.wordsUncorrectable : nil }),
    ]
    let known = columns.filter { column in
      shown.contains { $0.instances.contains { (column.1($0) ?? 0) > 0 } }
    }
    guard !known.isEmpty else { return "" }
    var table = TextTable((settings.sweep.map { _ in "" } + known.map(\.0)).map { _ in .right })
    table.add(settings.sweep.map(\.rawValue) + known.map(\.0))
    for point in shown {
      table.add(
        swept(point)
          + known.map { column in
            optional(mean(point) { column.1($0).map(Double.init) }, digits: 1)
          })
    }
    return table.text
  }

  /// What each step costs, means over devices.
  private func costs(of shown: [Point]) -> String {
    let steps: [(String, (DeviceResult) -> Operations?)] = [
      ("programming", \.programming), ("scrubbing", \.scrubbing), ("calibration", \.calibration),
      ("an input", \.inference),
    ]
    let known = steps.filter { step in
      shown.contains { $0.instances.contains { step.1($0) != nil } }
    }
    guard !known.isEmpty else { return "" }
    let header =
      settings.sweep.map(\.rawValue)
      + ["cost of", "row writes", "cells verified", "macs", "random bits", "energy", "time"]
    var table = TextTable(
      settings.sweep.map { _ in .right } + [.left, .right, .right, .right, .right, .right, .right])
    table.add(header)
    for point in shown {
      for step in known {
        let count = { (member: KeyPath<Operations, Double>) in
          self.mean(point) { step.1($0)?[keyPath: member] }
        }
        table.add(
          swept(point)
            + [
              step.0, optional(count(\.rowWrites), digits: 0),
              optional(count(\.cellVerifies), digits: 0), optional(count(\.macs), digits: 0),
              optional(count(\.randomBits), digits: 1),
              count(\.energyPicojoules).map(readable(picojoules:)) ?? "–",
              count(\.timeMicroseconds).map(readable(microseconds:)) ?? "–",
            ])
      }
    }
    return table.text
  }

  private func mean(_ point: Point, _ value: (DeviceResult) -> Double?) -> Double? {
    let values = point.instances.compactMap(value)
    return ratio(values.reduce(0, +), values.count)
  }
}
