// SPDX-License-Identifier: Apache-2.0

extension ModelReport {
  /// The report for a person, ended by a newline.
  var text: String {
    var table = TextTable([.left, .left])
    table.add("model", name.isEmpty ? file : "\(name) (\(file))")
    table.add("task", taskText)
    table.add(
      "input",
      "\(input.height) x \(input.width) x \(input.channels) (height x width x channels), "
        + "0 to \(input.maximum)")
    table.add(
      task == .classification ? "classes" : "outputs",
      "\(labels.count): \(shortened(labels.joined(separator: ", "), to: 60))")
    table.add("image", "\(grouped(imageBytes)) bytes, CRC-32 \(imageChecksum), format \(format)")
    table.add("layers", "\(layers), \(grouped(weights)) binary weights")
    table.add("random", randomText)
    table.add("work of a pass", "at most \(grouped(passWork)) units")
    table.add("largest piece", "at most \(grouped(pieceWork)) units")
    table.add("policy", policyText)
    table.add("known answers", knownAnswers == 0 ? "none" : "\(knownAnswers)")
    return table.text + "\n" + storageText
  }

  private var taskText: String {
    let positions = positionsHeight * positionsWidth
    switch task {
    case .classification where positions > 1:
      return "classification of each of \(positionsHeight) x \(positionsWidth) positions"
    case .classification: return "classification"
    case .regression: return "regression"
    }
  }

  private var randomText: String {
    var parts = [count(sites, "site")]
    if sampledLayers > 0 {
      parts.append("\(count(sampledLayers, "layer")) with more decisions than can be enumerated")
    } else {
      parts[0] += " (\(networks))"
    }
    parts.append("\(count(randomBitsPerPass, "random bit")) a pass")
    parts.append(count(randomUnits, "random unit"))
    return parts.joined(separator: ", ")
  }

  private var networks: String {
    sites < 32 ? count(1 << sites, "network") : "2^\(sites) networks"
  }

  private func count(_ value: Int, _ noun: String) -> String {
    "\(grouped(value)) \(noun)\(value == 1 ? "" : "s")"
  }

  private var policyText: String {
    guard let policy else { return "none: no prediction abstains" }
    return "abstain if \(policy.measure.rawValue) > \(number(policy.threshold, digits: 4)); "
      + "flagged \(percent(policy.rate)) of \(grouped(policy.samples)) validation inputs"
  }

  private var storageText: String {
    var table = TextTable([.left, .right, .right, .left])
    table.add("storage of a session here", "fast", "minimal")
    for row in storage {
      table.add(
        "  " + row.posterior.rawValue + (row.posterior == .sampled ? ", 20 passes" : ""),
        grouped(row.fastBytes), grouped(row.minimalBytes),
        row.posterior == defaultPosterior ? "bytes, the default" : "bytes")
    }
    return table.text
  }
}
